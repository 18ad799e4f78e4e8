import type { Fault } from '../fault';
import { brokerFrozen, brokerKilled, partitionsAdded } from './broker-goes';
import { databaseDiskFull } from './database-disk';
import * as database from './database-goes-back';
import * as hanging from './database-hangs';
import * as letters from './dead-letters';
import * as embedded from './embedded';
import * as group from './group-ahead';
import * as log from './log-goes-back';
import * as redis from './redis-goes';
import * as starting from './starting-and-stopping';
import * as workers from './workers-go';

/** All faults, in the order of docs/reliability.md. */
export const FAULTS: readonly Fault[] = [
  database.databaseRestored,
  database.databaseRestoredQuietly,
  database.databaseLosesCommits,
  log.topicMadeAnewWithFewer,
  log.topicMadeAnewWithMore,
  log.topicMadeAnewUnseen,
  log.logTailLost,
  log.logTailLostUnseen,
  group.databaseNewUnderOldGroup,
  group.groupAtEnd,
  group.groupAtBeginning,
  group.groupDeleted,
  letters.letterWithoutHeaderValue,
  letters.letterTopicDeleted,
  letters.letterTopicTooSmall,
  letters.letterFromAheadOfTime,
  letters.lettersWhileKilled,
  workers.workerGone,
  workers.workerKilled,
  workers.workerFrozen,
  workers.processFrozen,
  workers.rebalanceStorm,
  workers.workerClockAhead,
  workers.clockSteps,
  hanging.rowLocked,
  hanging.databaseHalfOpen,
  hanging.databaseSilent,
  hanging.databaseFrozen,
  hanging.databaseStopped,
  hanging.backendsTerminated,
  hanging.backendsTerminatedAtCommit,
  hanging.connectionsExhausted,
  databaseDiskFull,
  redis.redisHalfOpen,
  redis.redisFromOlderDump,
  redis.redisKilled,
  redis.redisRestarts,
  redis.redisFrozen,
  redis.redisFull,
  brokerKilled,
  brokerFrozen,
  partitionsAdded,
  starting.databaseAwayAtStart,
  starting.stoppedWhileJoining,
  starting.stoppedWhileBrokerHangs,
  starting.killedWithinMigration,
  embedded.embeddedDiskFull,
  embedded.embeddedKilled,
];
