import { AdminGatewayDocument, AdminWorkersDocument } from '../../generated/operations';
import { usePolled } from '../api/use-polled';
import { Message } from '../parts/message';
import { useTitle } from '../parts/use-title';
import { Caches, OwnMessages, Process, Readers } from './gateway-sections';
import { Letters } from './letters-section';
import { Arriving, Platforms } from './workers-sections';
import { adminWords } from './words';

/** What all workers have left counts ten thousand letters, and costs about ten times as much as what the process knows. */
const WORKERS_EVERY_MS = 10_000;
const GATEWAY_EVERY_MS = 5_000;

/**
 * The service as its operator looks at it. What lies in the database and what this gateway knows of itself are two operations: the one
 * is there while the database is away. Whether the bearer may see either, the service says.
 */
export function AdminPage() {
  const { value: admin } = adminWords;
  useTitle(admin.title);
  const workers = usePolled(AdminWorkersDocument, {}, WORKERS_EVERY_MS);
  const gateway = usePolled(AdminGatewayDocument, {}, GATEWAY_EVERY_MS);
  if (workers.failure?.kind === 'forbidden' || gateway.failure?.kind === 'forbidden')
    return <Message title={admin.forbidden} hint={admin.forbiddenHint} />;
  return (
    <div class="admin">
      <header>
        <h1>{admin.title}</h1>
        <p class="hint">{admin.lead}</p>
      </header>
      <Arriving polled={workers} />
      <OwnMessages polled={gateway} />
      <Letters polled={workers} />
      <Platforms polled={workers} />
      <div class="admin-pair">
        <Caches polled={gateway} />
        <Process polled={gateway} />
      </div>
      <Readers polled={gateway} />
    </div>
  );
}
