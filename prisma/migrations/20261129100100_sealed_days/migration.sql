-- AlterTable
ALTER TABLE "store_sales" ADD COLUMN     "sealed_before" DATE,
ADD COLUMN     "sealed_sums" TEXT,
ADD COLUMN     "left_before" DATE;
