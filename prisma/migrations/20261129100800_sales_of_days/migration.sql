-- CreateIndex
CREATE INDEX CONCURRENTLY IF NOT EXISTS "sales_store_id_day_idx" ON "sales"("store_id", "day");
