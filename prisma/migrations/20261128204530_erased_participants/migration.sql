-- One statement, since Citus hands on to its nodes the whole message that a change of a distributed table came in.
-- AlterTable
ALTER TABLE "participants" ADD COLUMN     "erased" BOOLEAN NOT NULL DEFAULT false,
ALTER COLUMN "new_customer" DROP NOT NULL;
