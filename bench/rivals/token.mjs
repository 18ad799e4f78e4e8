import { createSecretKey } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { given } from './given.cjs';

// A key object: made out of a string for every token, the key alone costs more than all the rest.
const key = createSecretKey(given('JWT_SECRET'), 'utf8');

/** What the service asks of a token, too: HS256 and nothing else, an end, a subject, stores that are texts. */
export function verify(authorization) {
  return toViewer(jwt.verify(bearerToken(authorization), key, { algorithms: ['HS256'] }));
}

export function bearerToken(authorization) {
  if (!authorization?.startsWith('Bearer ')) throw new Error('There is no bearer token.');
  return authorization.slice('Bearer '.length);
}

export function toViewer({ sub, exp, storeIds = [], roles = [] }) {
  if (typeof sub !== 'string' || typeof exp !== 'number')
    throw new Error('The token has no subject or no end.');
  if (!isTexts(storeIds) || !isTexts(roles))
    throw new Error('The stores or roles of the token are not texts.');
  return { storeIds: new Set(storeIds), isAdmin: roles.includes('ADMIN') };
}

function isTexts(list) {
  return Array.isArray(list) && list.every((each) => typeof each === 'string');
}

export function mayRead({ isAdmin, storeIds }, storeId) {
  return isAdmin || storeIds.has(storeId);
}
