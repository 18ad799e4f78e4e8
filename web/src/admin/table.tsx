import type { ComponentChildren } from 'preact';

export interface Cell {
  readonly name: string;
  readonly content: ComponentChildren;
  /** Words are read from the left, and may take several lines. */
  readonly isText?: boolean;
}

export interface Row {
  readonly key: string;
  readonly head: ComponentChildren;
  readonly cells: readonly Cell[];
}

interface TableProps {
  /** Of what it is a table; its section may have the same name. */
  readonly label: string;
  /** Of the first column. */
  readonly head: string;
  readonly rows: readonly Row[];
}

/** A table of the page; where it is too narrow for columns, each row is a block of its facts, and its roles stay (channel-table.tsx). */
export function Table({ label, head, rows }: TableProps) {
  const names = rows[0]?.cells ?? [];
  return (
    <div class="table-frame" role="region" aria-label={`${label}: ${head}`} tabIndex={0}>
      <table class="table" role="table">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">
              {head}
            </th>
            {names.map(({ name, isText }) => (
              <th key={name} role="columnheader" scope="col" class={isText ? 'words' : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map(({ key, head: of, cells }) => (
            <tr key={key} role="row">
              <th role="rowheader" scope="row">
                {of}
              </th>
              {cells.map(({ name, content, isText }) => (
                <td key={name} role="cell" data-name={name} class={isText ? 'words' : undefined}>
                  {content}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
