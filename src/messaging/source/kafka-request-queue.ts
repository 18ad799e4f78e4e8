import RequestQueue from 'kafkajs/src/network/requestQueue';

const schedule = RequestQueue.prototype.scheduleCheckPendingRequests;

/**
 * KafkaJS 2.2.4 looks every millisecond, on every connection, whether it may send requests that it has held back, also
 * when it holds none back: 2 % of a core for as long as the process lives (tulios/kafkajs 1556, 1667). A queue that holds
 * a request back schedules the next look itself. To be called once, before a connection is made.
 */
export function quietenRequestQueues(): void {
  RequestQueue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
    if (this.pending.length > 0) schedule.call(this);
  };
}
