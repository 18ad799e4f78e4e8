import { z } from 'zod';
import type { Server } from '../../harness/servers/server';

export type AlertState = 'pending' | 'firing';

export interface RaisedAlert {
  readonly name: string;
  readonly state: AlertState;
}

const ANSWER_MS = 3_000;
const answered = z.object({
  data: z.object({
    alerts: z.array(
      z.object({ labels: z.looseObject({ alertname: z.string() }), state: z.enum(['pending', 'firing']) }),
    ),
  }),
});

/** The alerts that Prometheus has raised, or raises soon. @throws Error where it does not answer */
export async function raisedAlerts(prometheus: Server): Promise<readonly RaisedAlert[]> {
  const response = await fetch(`${prometheus.url}/api/v1/alerts`, { signal: AbortSignal.timeout(ANSWER_MS) });
  const { data } = answered.parse(await response.json());
  return data.alerts.map(({ labels, state }) => ({ name: labels.alertname, state }));
}

export async function isRaised(prometheus: Server, alert: string, state: AlertState): Promise<boolean> {
  return (await raisedAlerts(prometheus)).some((raised) => raised.name === alert && raised.state === state);
}
