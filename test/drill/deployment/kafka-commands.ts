import path from 'node:path';
import { kafkaJars, kafkaTools } from '../../harness/servers/kafka-jars';
import { writeScript } from './script';

const COMMANDS = {
  'kafka-topics.sh': 'org.apache.kafka.tools.TopicCommand',
  'kafka-consumer-groups.sh': 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
} as const;

/** Puts Kafka's own commands into the folder, as scripts that know the broker. */
export async function placeKafkaCommands(folder: string, broker: string): Promise<void> {
  const [jars, tools] = await Promise.all([kafkaJars(), kafkaTools()]);
  const classPath = [jars, tools].map((place) => path.join(place, '*')).join(':');
  const java = `java -Dorg.slf4j.simpleLogger.defaultLogLevel=error -cp '${classPath}'`;
  for (const [name, main] of Object.entries(COMMANDS))
    writeScript(path.join(folder, name), `exec ${java} ${main} --bootstrap-server ${broker} "$@"`);
}
