-- AlterTable
ALTER TABLE "partition_progress" ADD COLUMN     "applied" BIGINT,
ADD COLUMN     "told_at" TIMESTAMPTZ(3);
