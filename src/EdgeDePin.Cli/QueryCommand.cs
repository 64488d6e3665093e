using System.CommandLine;
using System.Text;

namespace EdgeDePin.Cli;

/// <summary><c>edgedepin query</c>: asks a node's store in InfluxQL.</summary>
internal static class QueryCommand
{
    public static Command Create()
    {
        var text = new Argument<string>("query") { Description = "InfluxQL, in quotes." };
        var url = new Option<string>("--url") { Description = "A running node.", DefaultValueFactory = _ => "http://127.0.0.1:8080" };
        var data = new Option<string?>("--data") { Description = "The data folder of a stopped node, instead of a running one.", HelpName = "DIR" };
        var json = new Option<bool>("--json") { Description = "Print the answer as InfluxDB would." };
        var explain = new Option<bool>("--explain") { Description = "Print the SQL that answers a SELECT, instead of its answer." };
        var command = new ExplainedCommand("query",
            "Asks a node's store in InfluxQL.",
            """
            Examples:
              edgedepin query "SELECT mean(temperature) FROM weather WHERE time > now() - 1h GROUP BY time(1m), node"
              edgedepin query --data demo-data/node-1 --json "SHOW MEASUREMENTS"
              edgedepin query --explain "SELECT max(temperature) FROM weather GROUP BY sensor"

            Exit codes: 0 done, 2 the query is wrong, 3 no node answers or the folder cannot be opened.
            """)
        { text, url, data, json, explain };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string query = (parsed.GetValue(explain) ? "EXPLAIN " : "") + parsed.GetValue(text)!;
            byte[] answer = parsed.GetValue(data) is { } folder
                ? NodeQuery.OfStopped(folder, query)
                : await NodeQuery.OfRunningAsync("--url", parsed.GetValue(url)!, query, cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(Encoding.UTF8.GetString(answer).TrimEnd());
                return ExitCode.Done;
            }

            QueryText.Write(answer, Console.Out);
            return ExitCode.Done;
        });
        return command;
    }
}
