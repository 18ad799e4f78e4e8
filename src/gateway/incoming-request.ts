import { IncomingMessage } from 'node:http';

/** What Node has seen of a wish for another protocol. It writes to this before the headers are there. */
const wishing = new WeakSet<IncomingMessage>();

/**
 * A request whose wish for another protocol counts only where it is the one that we speak. Any other a server may ignore
 * and answer as it would have (RFC 9110, section 7.8): Java's HttpClient, for one, sends `Upgrade: h2c` with every first
 * request. Node knows all or none, and with a listener for upgrades would hand each of them over, its body unread.
 */
export class IncomingRequest extends IncomingMessage {
  get upgrade(): boolean {
    return wishing.has(this) && (this.method === 'CONNECT' || wantsWebSocket(this));
  }

  set upgrade(isWished: boolean | null) {
    if (isWished === true) wishing.add(this);
    else wishing.delete(this);
  }
}

const wantsWebSocket = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade?.toLowerCase() === 'websocket';
