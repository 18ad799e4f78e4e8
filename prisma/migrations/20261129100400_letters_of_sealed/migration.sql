-- AlterTable
ALTER TABLE "dead_letters" ADD COLUMN     "sealed" BOOLEAN NOT NULL DEFAULT false;
