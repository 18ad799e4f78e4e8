import path from 'node:path';
import { waitFor } from '../../test/harness/wait-for';
import { type Child, startChild } from './child';
import { Histogram } from './histogram';
import { type Connecting, missing, nothing, type Reporting, report, type Usage, usage } from './messages';

/** Subscribers, spread over a few processes. */
export interface SubscriberProcesses {
  /** Resolves when all of them are subscribed. @throws Error when one could not */
  connect(to: Omit<Connecting, 'localAddress'>): Promise<void>;
  /** Waits until every subscriber's last count is its event's. */
  untilAllHave(counts: readonly number[], timeoutMs: number): Promise<void>;
  report(about: Reporting): Promise<SubscriberReport>;
  /** Of its busiest process. */
  usage(): Promise<Usage>;
  resetUsage(): Promise<unknown>;
  disconnect(): Promise<unknown>;
  end(): Promise<unknown>;
}

export interface SubscriberReport {
  readonly delivered: number;
  readonly told: number;
  readonly wentBack: number;
  readonly failed: number;
  readonly sample: string;
  readonly freshness: Histogram;
  readonly perRegistration: Histogram;
}

const PROCESSES = 2;
/** Opening ten thousand sockets on a busy machine takes long. */
const CONNECT_MS = 180_000;

export function openSubscriberProcesses(): SubscriberProcesses {
  const script = path.join(__dirname, 'subscribers.ts');
  const children = Array.from({ length: PROCESSES }, (_, index) =>
    startChild({ name: `subscribers ${index + 1}`, script }),
  );
  const each = <Answer>(ask: (child: Child, index: number) => Promise<Answer>): Promise<Answer[]> =>
    Promise.all(children.map(ask));
  let rounds = 0;

  return {
    async connect({ sockets, ...place }) {
      rounds += 1;
      await each((child, index) => {
        const share = Math.floor((sockets + index) / PROCESSES);
        // Sockets of the previous round may still hold their ports.
        const localAddress = `127.0.${rounds}.${index + 2}`;
        return child.ask('connect', nothing, { ...place, localAddress, sockets: share }, CONNECT_MS);
      });
    },
    async untilAllHave(counts, timeoutMs) {
      const left = async (): Promise<number> => {
        const answers = await each((child) => child.ask('missing', missing, { counts }));
        return answers.reduce((sum, answer) => sum + answer.missing, 0);
      };
      await waitFor(async () => (await left()) === 0, {
        what: 'every subscriber to have the exact final count',
        timeoutMs,
        everyMs: 100,
      });
    },
    async report(about) {
      const reports = await each((child) => child.ask('report', report, about));
      const sum = (of: (one: (typeof reports)[number]) => number): number =>
        reports.reduce((total, one) => total + of(one), 0);
      const merged = (of: (one: (typeof reports)[number]) => Float64Array): Histogram =>
        reports.map((one) => new Histogram(of(one))).reduce((total, one) => total.plus(one));
      return {
        delivered: sum((one) => one.delivered),
        told: sum((one) => one.told),
        wentBack: sum((one) => one.wentBack),
        failed: sum((one) => one.failed),
        sample: reports[0]?.sample ?? '',
        freshness: merged((one) => one.freshness),
        perRegistration: merged((one) => one.perRegistration),
      };
    },
    async usage() {
      const usages = await each((child) => child.ask('probe.report', usage));
      return usages.reduce((busiest, one) => (one.cores > busiest.cores ? one : busiest));
    },
    resetUsage: () => each((child) => child.ask('probe.reset', nothing)),
    disconnect: () => each((child) => child.ask('close', nothing)),
    end: () => each((child) => child.end()),
  };
}
