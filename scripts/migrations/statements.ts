import type { IndexStmt, InsertStmt, Node, RenameStmt } from 'libpg-query';
import { findInAlteration, lastNameOf } from './alterations';
import { blocks, breaks, contracts, DECLARE_IT, type Finding } from './finding';

/** What a migration has made so far is nobody else's: it may do with it what it likes. */
export interface Made {
  readonly tables: Set<string>;
}

const IN_PIECES =
  'Let workers do it beside the service, some rows in each transaction (docs/contributing.md, "A migration"), and let what reads know both states.';

/** What is wrong with a statement, and which table it changes that was there before. */
export interface Judged {
  readonly findings: readonly Finding[];
  readonly changes: string | undefined;
}

export function judgeStatement(statement: Node, made: Made): Judged {
  if ('CreateStmt' in statement) {
    made.tables.add(statement.CreateStmt.relation?.relname ?? '');
    return judged([]);
  }
  if ('CreateEnumStmt' in statement || 'CommentStmt' in statement) return judged([]);
  if ('IndexStmt' in statement) return judgeIndex(statement.IndexStmt, made);
  if ('AlterTableStmt' in statement) {
    const { relation, cmds = [] } = statement.AlterTableStmt;
    const table = relation?.relname ?? '';
    if (made.tables.has(table)) return judged([]);
    const commands = cmds.map((each) => ('AlterTableCmd' in each ? each.AlterTableCmd : {}));
    return judged(
      commands.flatMap((each) => findInAlteration(table, each)),
      table,
    );
  }
  if ('RenameStmt' in statement) return judged(findInRenaming(statement.RenameStmt));
  if ('DropStmt' in statement)
    return judged([
      contracts(`drops ${(statement.DropStmt.objects ?? []).map(nameOfDropped).join(', ')}`, DECLARE_IT),
    ]);
  if ('AlterEnumStmt' in statement)
    return judged(
      statement.AlterEnumStmt.oldVal === undefined
        ? []
        : [
            breaks(
              'renames a value of an enum',
              'Add a value, write it from the next release on, and leave the old one.',
            ),
          ],
    );
  if ('InsertStmt' in statement) return judged(findInInsertion(statement.InsertStmt));
  if ('UpdateStmt' in statement)
    return judged(changesRows('UPDATE of', statement.UpdateStmt.relation?.relname));
  if ('DeleteStmt' in statement)
    return judged(changesRows('DELETE of', statement.DeleteStmt.relation?.relname));
  if ('TruncateStmt' in statement) return judged([breaks('empties a table', IN_PIECES)]);
  if ('TransactionStmt' in statement)
    return judged([
      breaks(
        'begins or ends a transaction',
        'Leave it out: a migration is one transaction, with its record in it.',
      ),
    ]);
  return judged([
    breaks(
      `is ${Object.keys(statement).join()}, which this check does not know`,
      'Find out what the release before does beside it and how long it locks what, and teach scripts/migrations/statements.ts.',
    ),
  ]);
}

const judged = (findings: readonly Finding[], changes?: string): Judged => ({ findings, changes });

function judgeIndex(
  { relation, idxname = '', unique, concurrent, if_not_exists }: IndexStmt,
  made: Made,
): Judged {
  const table = relation?.relname ?? '';
  if (made.tables.has(table)) return judged([]);
  const findings: Finding[] = [];
  if (unique === true)
    findings.push(
      contracts(
        `lets "${table}" hold each only once ("${idxname}")`,
        'The release before may write two. Once it does not: -- Unused since <the release that writes one>.',
      ),
    );
  if (concurrent !== true || if_not_exists !== true)
    findings.push(
      blocks(
        `builds the index "${idxname}" while nobody can write to "${table}"`,
        'CREATE INDEX CONCURRENTLY IF NOT EXISTS, as the one statement of its migration.',
      ),
    );
  return judged(findings, table);
}

function findInRenaming({ renameType, relation, subname, newname }: RenameStmt): Finding[] {
  if (renameType === 'OBJECT_INDEX') return [];
  const what = `"${relation?.relname ?? ''}"${subname === undefined ? '' : `."${subname}"`}`;
  return [
    breaks(
      `renames ${what} to "${newname ?? ''}"`,
      'Add what has the new name, write both, read the new one from the next release on, and drop the old one after that.',
    ),
  ];
}

function nameOfDropped(dropped: Node): string {
  if ('List' in dropped) return `"${lastNameOf(dropped.List.items)}"`;
  if ('TypeName' in dropped) return `"${lastNameOf(dropped.TypeName.names)}"`;
  return 'something';
}

/** Rows that are written out are few. */
function findInInsertion({ relation, selectStmt }: InsertStmt): Finding[] {
  const isWrittenOut =
    selectStmt !== undefined && 'SelectStmt' in selectStmt && selectStmt.SelectStmt.valuesLists !== undefined;
  return isWrittenOut ? [] : changesRows('INSERT of what is read into', relation?.relname);
}

const changesRows = (what: string, table = ''): Finding[] => [
  blocks(`runs ${what} "${table}" in one transaction, however many rows there are`, IN_PIECES),
];
