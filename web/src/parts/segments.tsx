interface SegmentsProps<Choice extends string> {
  readonly label: string;
  readonly name: string;
  readonly choices: readonly (readonly [choice: Choice, text: string])[];
  readonly chosen: Choice | undefined;
  readonly onChoose: (choice: Choice) => void;
}

/** A few choices beside each other, one of them taken: radio buttons, with all that the keyboard can do to them. */
export function Segments<Choice extends string>({
  label,
  name,
  choices,
  chosen,
  onChoose,
}: SegmentsProps<Choice>) {
  return (
    <fieldset class="choice" aria-label={label}>
      {choices.map(([choice, text]) => (
        <label key={choice}>
          <input type="radio" name={name} checked={choice === chosen} onChange={() => onChoose(choice)} />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}
