import { type AlterTableCmd, type Node, parse } from 'libpg-query';
import { isNotNullOf } from './nodes';

/** What the migrations before one have left in the database, as far as it depends on that. */
export interface Earlier {
  /** Of each index that they made, the table that it is of. */
  readonly indexes: ReadonlyMap<string, string>;
  /** The columns, as `"table"."column"`, of which a valid CHECK says that they are never NULL: nothing is read to find that out. */
  readonly neverNull: ReadonlySet<string>;
}

interface Check {
  readonly table: string;
  readonly column: string;
  isValid: boolean;
}

export async function readEarlier(scripts: readonly string[]): Promise<Earlier> {
  const indexes = new Map<string, string>();
  const checks = new Map<string, Check>();
  for (const script of scripts)
    for (const { stmt } of (await parse(script)).stmts ?? []) if (stmt !== undefined) take(stmt);
  return {
    indexes,
    neverNull: new Set(
      [...checks.values()].flatMap(({ table, column, isValid }) =>
        isValid ? [`"${table}"."${column}"`] : [],
      ),
    ),
  };

  function take(statement: Node): void {
    if ('IndexStmt' in statement) {
      const { idxname = '', relation } = statement.IndexStmt;
      indexes.set(idxname, relation?.relname ?? '');
    }
    if (!('AlterTableStmt' in statement)) return;
    const { relation, cmds = [] } = statement.AlterTableStmt;
    for (const each of cmds) if ('AlterTableCmd' in each) alter(relation?.relname ?? '', each.AlterTableCmd);
  }

  function alter(table: string, { subtype, name, def }: AlterTableCmd): void {
    const check = checks.get(`"${table}"."${name}"`);
    if (subtype === 'AT_ValidateConstraint' && check !== undefined) check.isValid = true;
    if (subtype === 'AT_DropConstraint') checks.delete(`"${table}"."${name}"`);
    if (subtype !== 'AT_AddConstraint' || def === undefined || !('Constraint' in def)) return;
    const { conname, raw_expr, skip_validation } = def.Constraint;
    const column = isNotNullOf(raw_expr);
    if (column !== undefined)
      checks.set(`"${table}"."${conname}"`, { table, column, isValid: skip_validation !== true });
  }
}
