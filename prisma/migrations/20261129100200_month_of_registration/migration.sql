-- AlterTable
ALTER TABLE "participants" ADD COLUMN     "month" INTEGER NOT NULL DEFAULT 0;
