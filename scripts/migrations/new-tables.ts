import type { AlterTableCmd, Constraint, CreateStmt, Node, RangeVar } from 'libpg-query';
import { constraintOf, definitionOf } from './alterations';
import { breaks, contracts, type Finding } from './finding';

/** Whether a migration has made a table itself: then it is nobody else's. */
export type IsMade = (table: RangeVar | undefined) => boolean;

/** What a new table does to those that were there. */
export function findInCreation(creation: CreateStmt, isMade: IsMade): Finding[] {
  const { relation, tableElts = [], inhRelations = [], if_not_exists } = creation;
  const table = relation?.relname ?? '';
  const findings = tableElts.flatMap((each) => findInReferences(table, referencesOf(each), isMade));
  if (if_not_exists === true)
    findings.push(
      breaks(
        `creates "${table}" only if it is not there, and so cannot tell what is there afterwards`,
        'CREATE TABLE without IF NOT EXISTS: a migration is applied once, or not at all.',
      ),
    );
  for (const each of inhRelations) {
    const parent = 'RangeVar' in each ? each.RangeVar : undefined;
    if (!isMade(parent)) findings.push(isPartOf(table, `"${parent?.relname ?? ''}"`));
  }
  return findings;
}

/** What ALTER TABLE may do to a table that the same migration has made: all that touches no other. */
export function findInAlterationOfNew(table: string, command: AlterTableCmd, isMade: IsMade): Finding[] {
  if (command.subtype === 'AT_AddInherit' || command.subtype === 'AT_AttachPartition')
    return [isPartOf(table, 'another')];
  const references = [constraintOf(command), ...constraintsOf(definitionOf(command).constraints)];
  return findInReferences(table, references, isMade);
}

function findInReferences(table: string, references: readonly Constraint[], isMade: IsMade): Finding[] {
  return references.flatMap(({ contype, pktable }) => {
    if (contype !== 'CONSTR_FOREIGN' || pktable?.relname === table || isMade(pktable)) return [];
    return [
      contracts(
        `points "${table}" at "${pktable?.relname ?? ''}"`,
        'The release before may delete or change the row that it points at, and is refused. Once it does not: -- Unused since <the release that keeps to it>.',
      ),
    ];
  });
}

const isPartOf = (table: string, parent: string): Finding =>
  breaks(
    `makes "${table}" a part of ${parent}, whose readers get its rows as well`,
    'Make it a table of its own.',
  );

function referencesOf(element: Node): Constraint[] {
  if ('Constraint' in element) return [element.Constraint];
  return 'ColumnDef' in element ? constraintsOf(element.ColumnDef.constraints) : [];
}

const constraintsOf = (nodes: readonly Node[] = []): Constraint[] =>
  nodes.flatMap((each) => ('Constraint' in each ? [each.Constraint] : []));
