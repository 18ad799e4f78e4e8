import { words } from '../language/language';

/** The shape of what is to come, in its size, so that nothing jumps when it comes. */
export function DashboardSkeleton() {
  return (
    <div class="dashboard" role="status">
      <span class="visually-hidden">{words.value.list.loading}</span>
      <div class="event-head">
        <div class="skeleton line" />
        <div class="skeleton line wide" />
      </div>
      <div class="cards">
        {[0, 1, 2, 3].map((card) => (
          <div key={card} class="card skeleton summary-card" />
        ))}
      </div>
      <div class="sections">
        <div class="card skeleton section area-trend" />
        <div class="card skeleton section area-channels" />
        <div class="card skeleton section area-roi" />
      </div>
    </div>
  );
}
