import type { Pool } from '@chairlift/kit/postgres/open-pool.ts'
import { query } from '@chairlift/kit/postgres/statement.ts'
import type { ReviewEvent } from '../review.ts'

/** Rows of counts that an album may have; see the migration. */
export const stripes = 16

/**
 * One statement a batch, hence one transaction: only reviews not seen before are counted. Keys are taken in
 * sorted order, so that reviewers with overlapping batches cannot deadlock.
 */
const countReviewsStatement = {
  name: 'count-reviews',
  text: `
with fresh as (
  insert into reviews (album_id, id, liked)
  select album_id, id, liked from unnest($1::uuid[], $2::uuid[], $3::boolean[]) as review (album_id, id, liked)
   order by album_id, id
  on conflict do nothing
  returning album_id, liked
)
insert into review_counts (album_id, stripe, likes, dislikes)
select album_id, $4::smallint, count(*) filter (where liked), count(*) filter (where not liked)
  from fresh group by album_id order by album_id
on conflict (album_id, stripe) do update
  set likes = review_counts.likes + excluded.likes, dislikes = review_counts.dislikes + excluded.dislikes`,
}

/**
 * Counts reviews durably and exactly once.
 *
 * @param reviews ids must differ within the call
 * @param stripe 0 to {@link stripes} − 1, best the same for all calls of a process
 * @throws DependencyUnavailable when Postgres cannot be used; the driver's error when a review is at fault, for
 * example because its album is gone
 */
export async function countReviews(
  pool: Pool,
  reviews: readonly ReviewEvent[],
  stripe: number,
): Promise<void> {
  await query(pool, countReviewsStatement, [
    reviews.map((review) => review.albumID),
    reviews.map((review) => review.id),
    reviews.map((review) => review.liked),
    stripe,
  ])
}
