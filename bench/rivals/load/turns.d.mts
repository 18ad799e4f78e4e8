export class Turns {
  constructor(length: number, apartMs: number);
  waitMs(now: number): number;
  take(): number;
  answered(place: number, now: number): void;
}
