import type { ServerResponse } from 'node:http';
import type { Asked } from './connector-formats';
import type { Behaviour } from './behaviours';

export interface Exchange {
  readonly response: ServerResponse;
  /** How many equal requests came before. */
  readonly nth: number;
  readonly bodyOf: Asked['bodyOf'];
  /** Called with the number of bytes sent. */
  readonly onSent: (bytes: number) => void;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const CHUNK = Buffer.alloc(16_384, ' ');

/** Answers a request according to the behaviour. */
export function respond(behaviour: Behaviour, { response, nth, bodyOf, onSent }: Exchange): void {
  switch (behaviour.kind) {
    case 'answers': {
      const body = JSON.stringify(bodyOf(behaviour.views(nth), behaviour.measuredAt));
      response.writeHead(200, JSON_TYPE).end(body);
      return;
    }
    case 'says':
      response.writeHead(behaviour.status, behaviour.headers).end(behaviour.body);
      return;
    case 'hangs':
      return;
    case 'drips': {
      response.writeHead(200, JSON_TYPE);
      const timer = setInterval(() => response.write(' '), behaviour.everyMs);
      response.once('close', () => clearInterval(timer));
      return;
    }
    case 'floods':
      response.writeHead(200, JSON_TYPE);
      flood(response, behaviour.bytes, onSent);
      return;
    case 'cuts': {
      const whole = JSON.stringify(bodyOf(1, undefined));
      response.writeHead(200, { ...JSON_TYPE, 'content-length': whole.length });
      response.write(whole.slice(0, whole.length / 2), () => response.destroy());
    }
  }
}

/** Sends a piece only after the previous one was sent, so that the count is what the client received. */
function flood(response: ServerResponse, left: number, onSent: (bytes: number) => void): void {
  if (left <= 0) return void response.end();
  response.write(CHUNK, (error) => {
    if (error) return;
    onSent(CHUNK.length);
    flood(response, left - CHUNK.length, onSent);
  });
}
