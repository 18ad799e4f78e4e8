import type { AlterTableCmd, ColumnDef, Constraint } from 'libpg-query';
import { blocks, breaks, contracts, DECLARE_IT, type Finding } from './finding';
import { isConstant, isNull, lastNameOf } from './nodes';

/** What the finding depends on besides the command. */
export interface Around {
  /** As `"table"."column"`: known never to be NULL, by migrations before. */
  readonly neverNull: ReadonlySet<string>;
  /** As `"table"."constraint"`: added by the same migration, and not yet held against the rows that are there. */
  readonly unvalidated: ReadonlySet<string>;
}

/** What ALTER TABLE may do to a table that the release before reads and writes at the same time. */
export function findInAlteration(table: string, command: AlterTableCmd, around: Around): Finding[] {
  const { subtype, name = '' } = command;
  const column = `"${table}"."${name}"`;
  switch (subtype) {
    case 'AT_AddColumn':
      return findInNewColumn(table, definitionOf(command));
    case 'AT_AddConstraint':
      return findInConstraint(table, constraintOf(command));
    case 'AT_DropColumn':
      return [contracts(`drops the column ${column}`, DECLARE_IT)];
    case 'AT_DropConstraint':
      return [contracts(`drops the constraint "${name}" of "${table}"`, DECLARE_IT)];
    case 'AT_AlterColumnType':
      return [
        breaks(
          `changes the type of ${column}`,
          'Add a column of the new type, write both, fill the new one in pieces beside the service, read it from the next release on, and drop the old one after that.',
        ),
      ];
    case 'AT_SetNotNull':
      return setNotNull(column, around.neverNull.has(column));
    case 'AT_ColumnDefault': {
      const isDropped = command.def === undefined || isNull(command.def);
      return [
        contracts(
          `${isDropped ? 'drops' : 'changes'} the default of ${column}`,
          `The release before may leave the column out. ${DECLARE_IT}`,
        ),
      ];
    }
    case 'AT_ValidateConstraint':
      return around.unvalidated.has(column)
        ? [
            blocks(
              `validates "${name}" in the migration that adds it, and so reads the whole table under the lock of adding it`,
              'VALIDATE CONSTRAINT in the next migration.',
            ),
          ]
        : [];
    case 'AT_DropNotNull':
    case 'AT_SetStatistics':
    case 'AT_SetOptions':
    case 'AT_SetRelOptions':
    case 'AT_ResetRelOptions':
      return [];
    default:
      return [
        breaks(
          `does ${subtype ?? 'something'} to "${table}", which this check does not know`,
          'Find out what the release before does beside it and how long it locks the table, and teach scripts/migrations/alterations.ts.',
        ),
      ];
  }
}

function setNotNull(column: string, isKnown: boolean): Finding[] {
  const mayBreakIt = contracts(
    `demands values of ${column}`,
    'The release before may write none. Once no release writes NULL: -- Unused since <the release that writes no NULL>.',
  );
  if (isKnown) return [mayBreakIt];
  const readsAll = blocks(
    `demands values of ${column}, and reads the whole table under a lock to find those that lack one`,
    'ADD CONSTRAINT … CHECK (… IS NOT NULL) NOT VALID, in the next migration VALIDATE CONSTRAINT, and in one after that this, which reads nothing any more.',
  );
  return [mayBreakIt, readsAll];
}

function findInNewColumn(table: string, { colname = '', constraints = [], typeName }: ColumnDef): Finding[] {
  const column = `"${table}"."${colname}"`;
  const own = constraints.map((each) => ('Constraint' in each ? each.Constraint : {}));
  const findings: Finding[] = [];
  const standard = own.find(({ contype }) => contype === 'CONSTR_DEFAULT')?.raw_expr;
  const hasDefault = standard !== undefined && !isNull(standard);
  if (own.some(({ contype }) => contype === 'CONSTR_NOTNULL') && !hasDefault)
    findings.push(
      breaks(
        `adds the column ${column}, which must have a value and has no default`,
        'The release before leaves it out when it writes: give it a constant default, or no NOT NULL.',
      ),
    );
  const isMadeByRow =
    (standard !== undefined && !isConstant(standard)) ||
    own.some(({ contype }) => contype === 'CONSTR_IDENTITY' || contype === 'CONSTR_GENERATED') ||
    SERIAL.test(lastNameOf(typeName?.names));
  if (isMadeByRow)
    findings.push(
      blocks(
        `adds the column ${column} with a value that is computed for each row, which writes the whole table anew`,
        'Add it without a default, and fill it in pieces beside the service.',
      ),
    );
  return [
    ...findings,
    ...own
      .filter(({ contype }) => !OF_A_COLUMN.has(contype))
      .flatMap((each) => findInConstraint(table, each)),
  ];
}

const SERIAL = /^(small|big)?serial\d?$/;
const OF_A_COLUMN = new Set<Constraint['contype']>([
  ...(['CONSTR_NULL', 'CONSTR_NOTNULL', 'CONSTR_DEFAULT', 'CONSTR_IDENTITY', 'CONSTR_GENERATED'] as const),
]);

function findInConstraint(
  table: string,
  { contype, conname, skip_validation, indexname }: Constraint,
): Finding[] {
  const what = `adds the constraint ${conname === undefined ? '' : `"${conname}" `}to "${table}"`;
  if (contype === 'CONSTR_NOTNULL') return setNotNull(`a column of "${table}"`, false);
  if (contype === 'CONSTR_CHECK' || contype === 'CONSTR_FOREIGN') {
    const mayBreakIt = contracts(
      what,
      'The release before may write what breaks it. Once it does not: -- Unused since <the release that keeps to it>.',
    );
    if (skip_validation === true) return [mayBreakIt];
    const readsAll = blocks(
      `${what}, and reads the whole table under a lock`,
      'Add it NOT VALID, and VALIDATE CONSTRAINT in the next migration.',
    );
    return [mayBreakIt, readsAll];
  }
  if (indexname !== undefined)
    return [
      contracts(
        what,
        'The release before may write what breaks it. Once it does not: -- Unused since <the release that keeps to it>.',
      ),
    ];
  return [
    blocks(
      `${what}, and builds its index under a lock`,
      'CREATE UNIQUE INDEX CONCURRENTLY in a migration of its own, and in the next: ADD CONSTRAINT … USING INDEX.',
    ),
  ];
}

export function definitionOf({ def }: AlterTableCmd): ColumnDef {
  return def !== undefined && 'ColumnDef' in def ? def.ColumnDef : {};
}

export function constraintOf({ def }: AlterTableCmd): Constraint {
  return def !== undefined && 'Constraint' in def ? def.Constraint : {};
}
