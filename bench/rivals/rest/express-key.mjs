import { verify } from '../token.mjs';
import { serve } from './express.mjs';

export const answers = await serve(verify);
