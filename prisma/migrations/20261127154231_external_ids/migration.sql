-- AlterTable
ALTER TABLE "event_channels" ADD COLUMN     "external_id" TEXT;
