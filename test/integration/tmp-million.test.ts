import { spawnSync } from 'node:child_process';
import { Partitioners } from 'kafkajs';
import { newEvent } from '../harness/messages';
import { sendCrowd } from '../harness/streams/crowd';
import { openLogStage } from '../harness/verification/log-stage';
it('million', async () => {
  const stage = await openLogStage(4);
  const producer = stage.topics.kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  const { eventId } = newEvent();
  let t = performance.now();
  const lap = (what: string) => { process.stderr.write(`LAP ${what} ${((performance.now() - t) / 1000).toFixed(1)} s\n`); t = performance.now(); };
  const sent = await sendCrowd({ producer, topic: `${stage.prefix}participant.registered`, partitions: 4, eventId, size: Number(process.env['SIZE']), repeatEvery: 100 });
  lap(`sent ${sent}`);
  await stage.applyAll();
  lap('applied');
  for (let i = 0; i < 2; i++) {
    const r = spawnSync('/usr/bin/time', ['-v', process.execPath, 'dist/commands/verify.js', '--log'], { env: { PATH: process.env['PATH'], ...stage.env }, encoding: 'utf8' });
    lap(`verify ${r.status}`);
    process.stderr.write(r.stdout + r.stderr.split('\n').filter((l) => /Elapsed|Maximum|User time|figures|missing|of \d/.test(l)).join('\n') + '\n');
  }
  await stage.execute('DELETE FROM participants');
  const r = spawnSync('/usr/bin/time', ['-v', process.execPath, 'dist/commands/verify.js', '--log', '--limit', '2'], { env: { PATH: process.env['PATH'], ...stage.env }, encoding: 'utf8' });
  lap(`all gone ${r.status}`);
  process.stderr.write(r.stdout.slice(-1500) + r.stderr.split('\n').filter((l) => /Elapsed|Maximum|User time|figures|wrong/.test(l)).join('\n') + '\n');
  await producer.disconnect();
  await stage.close();
}, 580000);
