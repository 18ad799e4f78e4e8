import type {
  AlterTableStmt,
  CreateStmt,
  DropStmt,
  IndexStmt,
  InsertStmt,
  Node,
  RangeVar,
  RenameStmt,
} from 'libpg-query';
import { constraintOf, findInAlteration } from './alterations';
import type { Earlier } from './earlier';
import { blocks, breaks, contracts, DECLARE_IT, type Finding } from './finding';
import { findInAlterationOfNew, findInCreation, type IsMade } from './new-tables';
import { lastNameOf } from './nodes';

/** What a migration has made so far is nobody else's: it may do with it what it likes. */
export interface Made {
  readonly tables: Set<string>;
  /** The constraints that were added NOT VALID, as `"table"."constraint"`. */
  readonly unvalidated: Set<string>;
  readonly earlier: Earlier;
}

export const madeNothing = (earlier: Earlier): Made => ({
  tables: new Set(),
  unvalidated: new Set(),
  earlier,
});

/** A table of another schema may have the name of one of ours. */
const hasMade =
  ({ tables }: Made): IsMade =>
  (table) =>
    table?.schemaname === undefined && tables.has(table?.relname ?? '');

const IN_PIECES =
  'Let workers do it beside the service, some rows in each transaction (docs/contributing.md, "A migration"), and let what reads know both states.';

/** What is wrong with a statement, and which table it changes that was there before. */
export interface Judged {
  readonly findings: readonly Finding[];
  readonly changes: string | undefined;
}

export function judgeStatement(statement: Node, made: Made): Judged {
  if ('CreateStmt' in statement) return judgeCreation(statement.CreateStmt, made);
  if ('CreateEnumStmt' in statement || 'CommentStmt' in statement) return judged([]);
  if ('IndexStmt' in statement) return judgeIndex(statement.IndexStmt, made);
  if ('AlterTableStmt' in statement) return judgeAlteration(statement.AlterTableStmt, made);
  if ('RenameStmt' in statement) return judged(findInRenaming(statement.RenameStmt));
  if ('DropStmt' in statement) return judgeDrop(statement.DropStmt, made);
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
  if ('InsertStmt' in statement) return judged(findInInsertion(statement.InsertStmt, hasMade(made)));
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

function judgeCreation(creation: CreateStmt, made: Made): Judged {
  const findings = findInCreation(creation, hasMade(made));
  const { relation, if_not_exists } = creation;
  if (if_not_exists !== true && isOurs(relation)) made.tables.add(relation?.relname ?? '');
  return judged(findings);
}

const isOurs = (table: RangeVar | undefined): boolean =>
  table?.schemaname === undefined && table?.relpersistence === 'p';

function judgeAlteration({ relation, cmds = [] }: AlterTableStmt, made: Made): Judged {
  const table = relation?.relname ?? '';
  const commands = cmds.map((each) => ('AlterTableCmd' in each ? each.AlterTableCmd : {}));
  const isMade = hasMade(made);
  if (isMade(relation)) return judged(commands.flatMap((each) => findInAlterationOfNew(table, each, isMade)));
  for (const { conname, skip_validation } of commands.map(constraintOf))
    if (skip_validation === true) made.unvalidated.add(`"${table}"."${conname}"`);
  const around = { neverNull: made.earlier.neverNull, unvalidated: made.unvalidated };
  return judged(
    commands.flatMap((each) => findInAlteration(table, each, around)),
    table,
  );
}

function judgeDrop({ objects = [], removeType, concurrent }: DropStmt, made: Made): Judged {
  const names = objects.map(nameOfDropped);
  const drops = names.map((name) => `"${name}"`).join(', ');
  const findings = [contracts(`drops ${drops}`, DECLARE_IT)];
  if (concurrent === true)
    findings.push(
      breaks(
        `drops ${drops} CONCURRENTLY, which no transaction may`,
        'DROP INDEX without CONCURRENTLY: it reads nothing, and its lock is let go at once.',
      ),
    );
  return judged(
    findings,
    removeType === 'OBJECT_INDEX' ? made.earlier.indexes.get(names[0] ?? '') : undefined,
  );
}

/** Its parts are made by the service, and no migration knows which there are. */
const DIVIDED = 'participants';

function judgeIndex(
  { relation, idxname = '', unique, concurrent, if_not_exists }: IndexStmt,
  made: Made,
): Judged {
  const table = relation?.relname ?? '';
  if (hasMade(made)(relation)) return judged([]);
  const findings: Finding[] = [];
  if (unique === true)
    findings.push(
      contracts(
        `lets "${table}" hold each only once ("${idxname}")`,
        'The release before may write two. Once it does not: -- Unused since <the release that writes one>.',
      ),
    );
  if (table === DIVIDED)
    findings.push(
      breaks(
        `builds the index "${idxname}" of "${table}", which may be divided by months: no index of the whole can be built beside those who write`,
        'Have a worker build it for the table of each month, participants_<month> CONCURRENTLY, as it makes these tables (src/database/months/): one that is made later gets the indexes of participants_0.',
      ),
    );
  else if (concurrent !== true || if_not_exists !== true)
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
  if ('List' in dropped) return lastNameOf(dropped.List.items);
  return 'TypeName' in dropped ? lastNameOf(dropped.TypeName.names) : '';
}

/** Rows that are written out are few. */
function findInInsertion(
  { relation, selectStmt, withClause, onConflictClause }: InsertStmt,
  isMade: IsMade,
): Finding[] {
  const isWrittenOut =
    selectStmt !== undefined && 'SelectStmt' in selectStmt && selectStmt.SelectStmt.valuesLists !== undefined;
  if (!isWrittenOut || withClause !== undefined)
    return changesRows('INSERT of what is read into', relation?.relname);
  if (onConflictClause?.action !== 'ONCONFLICT_UPDATE' || isMade(relation)) return [];
  return changesRows('UPDATE of what is there already in', relation?.relname);
}

const changesRows = (what: string, table = ''): Finding[] => [
  blocks(`runs ${what} "${table}" in one transaction, however many rows there are`, IN_PIECES),
];
