import type { Node } from 'libpg-query';

/** The name without the schema ahead of it. */
export function lastNameOf(names: readonly Node[] | undefined): string {
  const last = names?.at(-1);
  return last !== undefined && 'String' in last ? (last.String.sval ?? '') : '';
}

/** Whether an expression is NULL, of whatever type. */
export function isNull(expression: Node | undefined): boolean {
  if (expression === undefined) return false;
  if ('TypeCast' in expression) return isNull(expression.TypeCast.arg);
  return 'A_Const' in expression && expression.A_Const.isnull === true;
}

/** Kept once for all rows that are there. The present instant is one value for all of them, too. */
export function isConstant(expression: Node): boolean {
  if ('A_Const' in expression || 'SQLValueFunction' in expression) return true;
  if ('TypeCast' in expression)
    return expression.TypeCast.arg !== undefined && isConstant(expression.TypeCast.arg);
  if ('A_ArrayExpr' in expression) return (expression.A_ArrayExpr.elements ?? []).every(isConstant);
  return 'FuncCall' in expression && lastNameOf(expression.FuncCall.funcname) === 'now';
}

/** The column of which an expression says no more than that it is not NULL; undefined when it says something else. */
export function isNotNullOf(expression: Node | undefined): string | undefined {
  if (expression === undefined || !('NullTest' in expression)) return undefined;
  const { arg, nulltesttype } = expression.NullTest;
  if (nulltesttype !== 'IS_NOT_NULL' || arg === undefined || !('ColumnRef' in arg)) return undefined;
  return lastNameOf(arg.ColumnRef.fields);
}
