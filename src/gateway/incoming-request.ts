import { IncomingMessage } from 'node:http';

/** The requests for which Node has seen an Upgrade. It sets the property before the headers are there. */
const upgrading = new WeakSet<IncomingMessage>();

/**
 * A request whose Upgrade counts only for WebSockets. A server may ignore any other and answer the request (RFC 9110, section
 * 7.8): Java's HttpClient, for one, sends `Upgrade: h2c` with every first request. Node, once there is a listener for
 * upgrades, would pass all of them to it, with their bodies unread.
 */
export class IncomingRequest extends IncomingMessage {
  get upgrade(): boolean {
    return upgrading.has(this) && (this.method === 'CONNECT' || wantsWebSocket(this));
  }

  set upgrade(isUpgrade: boolean | null) {
    if (isUpgrade === true) upgrading.add(this);
    else upgrading.delete(this);
  }
}

const wantsWebSocket = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade?.toLowerCase() === 'websocket';
