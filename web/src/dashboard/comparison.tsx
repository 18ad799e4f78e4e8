import {
  ComparisonChangesDocument,
  type ComparisonFragment,
  ComparisonSectionDocument,
} from '../../generated/operations';
import { useLive } from '../api/use-live';
import { named, words } from '../language/language';
import { Bar, Change, number, percent } from '../parts/figures';
import { type SectionAt, Section } from './section';

const COMPARISON = { ask: ComparisonSectionDocument, watch: ComparisonChangesDocument };

/** The event beside its industry, and beside the best of the store's earlier ones. */
export function Comparison({ eventId, moment }: SectionAt) {
  const live = useLive(COMPARISON, { eventId }, moment);
  return (
    <Section name="comparison" live={live}>
      {({ comparativeAnalysis }) => <Comparisons comparison={comparativeAnalysis} />}
    </Section>
  );
}

function Comparisons({ comparison }: { comparison: ComparisonFragment['comparativeAnalysis'] }) {
  const { comparison: text } = words.value;
  return (
    <div class="comparisons">
      <div>
        <h3>{text.industry}</h3>
        {comparison.industryComparison.map(({ metric, myValue, industryAverage, percentageDifference }) => (
          <Beside
            key={metric}
            metric={named(metric)}
            mine={myValue}
            theirs={industryAverage}
            theirName={text.average}
            difference={percentageDifference}
            format={percent}
          />
        ))}
      </div>
      <div>
        <h3>{text.earlier}</h3>
        {comparison.previousEventComparison.length === 0 && <p class="hint">{text.first}</p>}
        {comparison.previousEventComparison.map(({ metric, currentValue, previousBest, improvementRate }) => (
          <Beside
            key={metric}
            metric={named(metric)}
            mine={currentValue}
            theirs={previousBest}
            theirName={text.best}
            difference={improvementRate}
            format={metric === '참여자 수' ? number : percent}
          />
        ))}
      </div>
    </div>
  );
}

interface BesideProps {
  readonly metric: string;
  readonly mine: number;
  readonly theirs: number;
  readonly theirName: string;
  readonly difference: number;
  readonly format: (value: number) => string;
}

function Beside({ metric, mine, theirs, theirName, difference, format }: BesideProps) {
  const { comparison: text } = words.value;
  const most = Math.max(Math.abs(mine), Math.abs(theirs), Number.MIN_VALUE);
  return (
    <div class="beside">
      <h4>{metric}</h4>
      <Change value={difference} unit="percent" />
      <dl>
        <div>
          <dt>{text.mine}</dt>
          <dd>
            <Bar percent={(mine / most) * 100} />
            <span class="figure">{format(mine)}</span>
          </dd>
        </div>
        <div>
          <dt>{theirName}</dt>
          <dd>
            <Bar percent={(theirs / most) * 100} tone="quiet" />
            <span class="figure">{format(theirs)}</span>
          </dd>
        </div>
      </dl>
    </div>
  );
}
