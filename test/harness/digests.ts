import { createSecretKey } from 'node:crypto';
import { createPersonDigests } from '../../src/workers/projections/person-digests';

/** The key of the tests, by which they erase people. */
export const TEST_PRIVACY_KEY = 'a privacy key of the tests, of thirty-two bytes or more';

export const TEST_DIGESTS = createPersonDigests(createSecretKey(TEST_PRIVACY_KEY, 'utf8'));
