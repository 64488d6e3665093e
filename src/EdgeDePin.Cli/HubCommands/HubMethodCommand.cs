using System.CommandLine;
using System.Text.Json.Nodes;

namespace EdgeDePin.Cli.HubCommands;

/// <summary><c>edgedepin hub method</c>: calls a direct method of a module.</summary>
internal static class HubMethodCommand
{
    public static Command Create()
    {
        Option<DirectoryInfo> data = HubCommand.Data();
        Option<string> module = HubCommand.Module();
        var name = new Option<string>("--name") { Description = "Method: status, readNow, flush, supportBundle.", Required = true };
        var payload = new Option<string?>("--payload") { Description = "JSON for the method." };
        var timeout = new Option<string>("--timeout") { Description = "How long to wait, 1s to 300s.", DefaultValueFactory = _ => "30s" };
        var command = new ExplainedCommand("method",
            "Calls a direct method of a module of a running hub and prints the answer.",
            """
            Examples:
              edgedepin hub method --data hub --module sensor --name status
              edgedepin hub method --data hub --module sensor --name readNow --timeout 60s

            Exit codes: 0 answered with a status below 400, 1 answered with another, 2 wrong use, 3 no hub or no module runs there.
            """)
        { data, module, name, payload, timeout };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            TimeSpan patience = OptionText.Read("--timeout", parsed.GetValue(timeout), Duration.Parse)!.Value;
            var call = new JsonObject { ["methodName"] = parsed.GetValue(name), ["responseTimeoutInSeconds"] = (int)Math.Ceiling(patience.TotalSeconds) };
            if (parsed.GetValue(payload) is { } text)
            {
                call["payload"] = HubManagement.Json("--payload", text);
            }

            using var hub = new HubManagement(parsed.GetValue(data)!);
            JsonObject answer = await hub.AskAsync(
                HttpMethod.Post, $"/twins/{Uri.EscapeDataString(parsed.GetValue(module)!)}/methods", call, cancellationToken);
            int status = (int)answer["status"]!;
            if (status is 404 or 504 && answer["payload"] is null)
            {
                throw new CommandFailure(ExitCode.Environment, status == 404
                    ? $"module '{parsed.GetValue(module)}' is not connected to the hub, or takes no methods."
                    : $"module '{parsed.GetValue(module)}' did not answer within {patience.TotalSeconds:0} s.");
            }

            Console.WriteLine(answer.ToJsonString());
            return status < 400 ? ExitCode.Done : ExitCode.No;
        });
        return command;
    }
}
