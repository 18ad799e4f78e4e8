import { type ASTNode, type DocumentNode, Location, Token, TokenKind, visit } from 'graphql';

/**
 * Lets go of the tokens, to all of which a document holds on through its places in the text, those of comments included.
 * The places themselves stay, so that errors can name them.
 */
export function withoutTokens(document: DocumentNode): DocumentNode {
  visit(document, { enter: lighten });
  return document;
}

/** What a document weighs in memory at the most, in bytes. */
export function weightOf(document: DocumentNode): number {
  let nodes = 0;
  visit(document, { enter: () => void (nodes += 1) });
  return nodes * BYTES_PER_NODE + 2 * (document.loc?.source.body.length ?? 0);
}

/** Measured with texts of nothing but fields, which are what weighs most: 200 for a node and its place,
 * and what is planned for it. */
const BYTES_PER_NODE = 300;

const NO_TOKEN = new Token(TokenKind.SOF, 0, 0, 0, 0);

function lighten(node: ASTNode): void {
  const { loc } = node;
  if (loc === undefined) return;
  const { start, end, source } = loc;
  Object.assign(node, { loc: Object.assign(new Location(NO_TOKEN, NO_TOKEN, source), { start, end }) });
}
