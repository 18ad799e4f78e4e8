import jwt from 'jsonwebtoken';
import { given } from '../given.cjs';
import { bearerToken, toViewer } from '../token.mjs';
import { serve } from './express.mjs';

/** As most examples have it: the secret is a string, of which a key is made for every token. */
const secret = given('JWT_SECRET');

export const answers = await serve((authorization) =>
  toViewer(jwt.verify(bearerToken(authorization), secret, { algorithms: ['HS256'] })),
);
