-- The stores of which rows leave, however many others there are.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "store_sales_leaving_idx" ON "store_sales"("store_id") WHERE "sealed_before" > coalesce("left_before", '-infinity');
