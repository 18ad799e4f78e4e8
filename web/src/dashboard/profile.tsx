import {
  ProfileChangesDocument,
  type ProfileFragment,
  ProfileSectionDocument,
} from '../../generated/operations';
import { useLive } from '../api/use-live';
import { named, words } from '../language/language';
import { Bar, number, Percent } from '../parts/figures';
import { type SectionAt, Section } from './section';

const PROFILE = { ask: ProfileSectionDocument, watch: ProfileChangesDocument };

/** Who takes part, and at what time of day. */
export function Profile({ eventId, moment }: SectionAt) {
  const live = useLive(PROFILE, { eventId }, moment);
  return (
    <Section name="profile" live={live}>
      {({ participantProfile }) => <Shares profile={participantProfile} />}
    </Section>
  );
}

interface Share {
  readonly name: string;
  readonly count: number;
  readonly percentage: number;
}

function Shares({ profile }: { profile: ProfileFragment['participantProfile'] }) {
  const { empty, profile: text } = words.value;
  const ages = profile.ageDistribution.map(({ ageGroup: name, ...share }) => ({ name, ...share }));
  const genders = profile.genderDistribution.map(({ gender: name, ...share }) => ({ name, ...share }));
  const regions = profile.regionDistribution.map(({ region: name, ...share }) => ({ name, ...share }));
  const times = profile.timeDistribution.map(({ timeSlot: name, ...share }) => ({ name, ...share }));
  if (ages.every(({ count }) => count === 0)) return <p class="section-blank">{empty.profile}</p>;
  return (
    <div class="profile">
      <Distribution title={text.age} shares={ages} tone="accent" />
      <Distribution title={text.gender} shares={genders} tone="fourth" />
      <Distribution title={text.region} shares={regions} tone="second" />
      <Distribution title={text.time} shares={times} tone="third" />
    </div>
  );
}

function Distribution({ title, shares, tone }: { title: string; shares: readonly Share[]; tone: string }) {
  const { people } = words.value;
  const largest = Math.max(1, ...shares.map(({ percentage }) => percentage));
  return (
    <div>
      <h3>{title}</h3>
      <ul class="distribution">
        {shares.map(({ name, count, percentage }) => (
          <li key={name} title={people(number(count))}>
            <span class="clip">{named(name)}</span>
            <Bar percent={(percentage / largest) * 100} tone={tone} />
            <Percent value={percentage} />
            <span class="visually-hidden">{people(number(count))}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
