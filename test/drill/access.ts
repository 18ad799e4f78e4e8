import type { DrillDeployment } from './deployment/deployment';

/** What an operator has of the deployment, as it is printed and written into the folder. */
export function describeAccess(deployment: DrillDeployment): string {
  const { folder, origin, prometheus, database, redis, kafka, shops } = deployment;
  const [event] = shops.events;
  return `The deployment, all of it on this machine:

  gateway      ${origin('gateway')}    /readyz, /metrics, the APIs under /api and /graphql
  worker-1     ${origin('worker-1')}    /readyz, /metrics
  worker-2     ${origin('worker-2')}    /readyz, /metrics
  Prometheus   ${prometheus.url}    /alerts, or /api/v1/alerts
  PostgreSQL   psql ${database.adminUrl}    as its administrator
  Redis        redis-cli -u ${redis.url}
  Kafka        ${kafka.url}    ./kafka-topics.sh and ./kafka-consumer-groups.sh know it

Its folder: ${folder}

  ./status, ./start <name>, ./stop <name>, ./restart <name>
                       gateway, worker-1, worker-2, postgres, redis, kafka
  gateway.env, worker-1.env, worker-2.env
                       what each is started with, read at each start: change a file and restart its process
  commands.env         the same for commands: in a clone of the service
                       set -a; . ${folder}/commands.env; set +a; npm run verify
  secrets/             what the store of secrets hands out today, a file each
  logs/                what each process writes; the servers' logs: ./status
  README.txt           this

A dashboard, as a reader asks for it:

  curl -H "Authorization: Bearer $(cat ${folder}/secrets/token-of-a-reader)" ${origin('gateway')}/api/events/${event?.eventId}/analytics
`;
}
