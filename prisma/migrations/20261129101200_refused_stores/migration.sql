-- The stores whose days were refused, however many others there are.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "store_sales_refused_idx" ON "store_sales"("store_id") WHERE "seal_refused_at" IS NOT NULL;
