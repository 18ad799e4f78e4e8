-- AlterTable
ALTER TABLE "store_sales" ADD COLUMN     "left_before" DATE,
ADD COLUMN     "seal_noticed" TEXT,
ADD COLUMN     "seal_noticed_at" TIMESTAMPTZ(3),
ADD COLUMN     "seal_refused_at" TIMESTAMPTZ(3),
ADD COLUMN     "sealed_at" TIMESTAMPTZ(3),
ADD COLUMN     "sealed_before" DATE,
ADD COLUMN     "sealed_sums" TEXT,
ADD COLUMN     "sealing_before" DATE;
