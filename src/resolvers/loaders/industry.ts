import { z } from 'zod';
import type { Sql } from '../../platform/database/database';
import { column } from '../../platform/database/rows';
import type { Industry, Instant, StoreId } from '../../schema/values';
