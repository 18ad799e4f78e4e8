import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** Java's own client as it comes, which asks for h2c: {@code java AskTwice.java <origin> <token> <body>}. */
class AskTwice {
    public static void main(String[] arguments) throws Exception {
        var client = HttpClient.newHttpClient();
        var health = HttpRequest.newBuilder(URI.create(arguments[0] + "/api/health")).build();
        var operation = HttpRequest.newBuilder(URI.create(arguments[0] + "/graphql"))
                .header("Authorization", "Bearer " + arguments[1])
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(arguments[2]))
                .build();
        for (var request : new HttpRequest[] {operation, health, operation}) {
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            System.out.println(answer.statusCode() + " " + answer.version() + " " + answer.body());
        }
    }
}
