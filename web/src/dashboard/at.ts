/** Which event a section shows. */
export interface SectionAt {
  readonly eventId: string;
  /** The event's title, for the names of exported files. */
  readonly title: string;
  /** Grows when figures may have changed by the clock alone. */
  readonly moment: number;
}
