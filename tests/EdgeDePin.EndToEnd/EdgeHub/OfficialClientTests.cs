using System.Text.Json.Nodes;

namespace EdgeDePin.EndToEnd.EdgeHub;

/// <summary>The official Node client runs all of its flows against <c>edgedepin hub run</c>.</summary>
public sealed class OfficialClientTests
{
    private static readonly string[] Routes =
    [
        "FROM /messages/modules/mod1/outputs/alert INTO BrokeredEndpoint(\"/modules/mod1/inputs/in1\")",
        "FROM /messages/modules/mod1/outputs/hot WHERE $body.temperature > 30 INTO BrokeredEndpoint(\"/modules/mod1/inputs/in2\")",
        "FROM /messages/* WHERE NOT IS_DEFINED($outputName) INTO $upstream",
    ];

    // The built-in metrics of edgeHub (https://learn.microsoft.com/azure/iot-edge/how-to-access-built-in-metrics) that this exchange makes. The
    // other two, edgehub_messages_unack_total and edgehub_client_connect_failed_total, begin with their first event.
    private static readonly string[] EdgeHubNames =
    [
        "edgehub_gettwin_total", "edgehub_messages_received_total", "edgehub_messages_sent_total", "edgehub_reported_properties_total",
        "edgehub_message_size_bytes", "edgehub_gettwin_duration_seconds", "edgehub_message_send_duration_seconds",
        "edgehub_reported_properties_update_duration_seconds", "edgehub_direct_method_duration_seconds", "edgehub_direct_methods_total",
        "edgehub_queue_length", "edgehub_messages_dropped_total", "edgehub_offline_count_total", "edgehub_offline_duration_seconds",
        "edgehub_operation_retry_total", "edgehub_message_process_duration_seconds",
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_sends_receives_follows_its_twin_and_answers_methods(bool byWorkloadApi)
    {
        await using RunningHub hub = await RunningHub.StartAsync(RunningHub.Manifest(["mod1"], Routes));
        await using NodeModule node = NodeModule.Start(byWorkloadApi ? hub.Environment("mod1") : await hub.ConnectionAsync("mod1"));
        await node.EventAsync("open");
        await MessagesAsync(node);
        await TwinAsync(hub, node);
        await MethodsAsync(hub, node);
        await node.DoAsync("send", new JsonObject { ["body"] = "to the cloud" });

        string metrics = await hub.MetricsAsync();
        Assert.Matches("edgehub_messages_received_total\\{iothub=\"hub1.azure-devices.net\",edge_device=\"dev1\",instance_number=\"[0-9a-f-]{36}\",route_output=\"hot\",id=\"dev1/mod1\"} 2", metrics);
        Assert.Contains("to=\"$upstream\"", metrics, StringComparison.Ordinal);
        Assert.Matches("edgehub_messages_sent_total\\{[^}]*,from=\"dev1/mod1\",to=\"dev1/mod1\",to_route_input=\"in1\",priority=\"[0-9]+\"} [1-9]", metrics);
        Assert.Matches("edgehub_message_process_duration_seconds\\{[^}]*,from=\"dev1/mod1\",to=\"dev1/mod1\",priority=\"[0-9]+\",quantile=\"0.99\"} [0-9]", metrics);
        Assert.Matches("edgehub_messages_dropped_total\\{[^}]*,reason=\"no_route\",from=\"dev1/mod1\",from_route_output=\"hot\"} 1", metrics);
        string[] names = [.. metrics.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2])];
        Assert.Empty(EdgeHubNames.Except(names));
        Assert.Matches("edgehub_offline_count_total\\{[^}]*,id=\"dev1/\\$edgeHub\"} 1", metrics);
        Assert.Equal(0, await node.CloseAsync());
    }

    [Fact]
    public async Task It_renews_its_token_and_goes_on()
    {
        await using RunningHub hub = await RunningHub.StartAsync(RunningHub.Manifest(["mod1"], Routes));
        Dictionary<string, string> variables = await hub.ConnectionAsync("mod1");
        variables["TOKEN_SECONDS"] = "4";
        await using NodeModule node = NodeModule.Start(variables);
        await node.EventAsync("open");
        await node.DoAsync("input");
        for (int i = 0; i < 4; i++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);
            await node.DoAsync("send", new JsonObject { ["output"] = "alert", ["body"] = $"{i}" });
            Assert.Equal($"{i}", (string?)(await node.EventAsync("input"))["body"]);
        }
    }

    [Fact]
    public async Task It_is_refused_with_a_wrong_key_and_as_a_module_that_is_not_deployed()
    {
        await using RunningHub hub = await RunningHub.StartAsync(RunningHub.Manifest(["mod1"], Routes));
        Dictionary<string, string> variables = await hub.ConnectionAsync("mod1");
        int key = variables["MODULE_CONNECTION_STRING"].IndexOf("SharedAccessKey=", StringComparison.Ordinal);
        variables["MODULE_CONNECTION_STRING"] = variables["MODULE_CONNECTION_STRING"][..key] + "SharedAccessKey=c2VjcmV0LWtleQ==";
        foreach (Dictionary<string, string> wrong in new[] { variables, await hub.ConnectionAsync("mod2") })
        {
            await using NodeModule node = NodeModule.Start(wrong);
            JsonObject error = await node.EventAsync("error");
            Assert.Contains("ot authorized", (string?)error["message"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_hub_that_is_killed_keeps_what_it_acknowledged()
    {
        JsonObject manifest = RunningHub.Manifest(["mod1", "mod2"], "FROM /messages/modules/mod1/outputs/* INTO BrokeredEndpoint(\"/modules/mod2/inputs/in\")");
        DirectoryInfo folder;
        await using (RunningHub hub = await RunningHub.StartAsync(manifest, Directory.CreateTempSubdirectory("edgedepin-hub-")))
        {
            await using NodeModule sender = NodeModule.Start(await hub.ConnectionAsync("mod1"));
            await sender.EventAsync("open");
            await sender.DoAsync("batch", new JsonObject { ["output"] = "o", ["bodies"] = new JsonArray([.. Enumerable.Range(0, 200).Select(i => JsonValue.Create($"{i}"))]) });
            folder = hub.Kill();
        }

        try
        {
            await using RunningHub again = await RunningHub.StartAsync(manifest, folder);
            await using NodeModule receiver = NodeModule.Start(await again.ConnectionAsync("mod2"));
            await receiver.EventAsync("open");
            await receiver.DoAsync("input");
            for (int i = 0; i < 200; i++)
            {
                Assert.Equal($"{i}", (string?)(await receiver.EventAsync("input"))["body"]);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task MessagesAsync(NodeModule node)
    {
        await node.DoAsync("input");
        await node.DoAsync("send", new JsonObject
        {
            ["output"] = "alert",
            ["body"] = "hello",
            ["messageId"] = "m 1",
            ["contentType"] = "text/plain",
            ["properties"] = new JsonObject { ["alert level"] = "hi&lo=/x" },
        });
        JsonObject input = await node.EventAsync("input");
        Assert.Equal(("in1", "hello", "m 1", "text/plain"), ((string?)input["input"], (string?)input["body"], (string?)input["messageId"], (string?)input["contentType"]));
        Assert.Equal("hi&lo=/x", (string?)input["properties"]!["alert level"]);
        Assert.Null((string?)(await node.EventAsync("completed"))["error"]);

        foreach (int temperature in new[] { 20, 40 })
        {
            await node.DoAsync("send", new JsonObject
            {
                ["output"] = "hot",
                ["body"] = $$"""{"temperature":{{temperature}}}""",
                ["contentType"] = "application/json",
                ["contentEncoding"] = "utf-8",
            });
        }

        JsonObject hot = await node.EventAsync("input");
        Assert.Equal(("in2", """{"temperature":40}"""), ((string?)hot["input"], (string?)hot["body"]));
    }

    private static async Task TwinAsync(RunningHub hub, NodeModule node)
    {
        await hub.AskAsync("twin", "--module", "mod1", "--set", """{"period":5}""");
        await node.DoAsync("twin");
        Assert.Equal(5, (int)(await node.EventAsync("twin"))["desired"]!["period"]!);
        await node.DoAsync("follow");
        await node.EventAsync("desired", said => (int?)said["delta"]!["period"] == 5);
        await hub.AskAsync("twin", "--module", "mod1", "--set", """{"period":7,"chips":{"roof":"bme280"}}""");
        JsonObject delta = (JsonObject)(await node.EventAsync("desired", said => (int?)said["delta"]!["period"] == 7))["delta"]!;
        Assert.Equal("bme280", (string?)delta["chips"]!["roof"]);
        await node.DoAsync("report", new JsonObject { ["patch"] = new JsonObject { ["battery"] = 93 } });
        Assert.Null((string?)(await node.EventAsync("reported"))["error"]);
        Assert.Equal(93, (int)JsonNode.Parse(await hub.AskAsync("twin", "--module", "mod1"))!["reported"]!["battery"]!);
    }

    private static async Task MethodsAsync(RunningHub hub, NodeModule node)
    {
        await node.DoAsync("method", new JsonObject { ["name"] = "Reboot", ["status"] = 200 });
        JsonNode answer = JsonNode.Parse(await hub.AskAsync("method", "--module", "mod1", "--name", "Reboot", "--payload", """{"a":1}"""))!;
        Assert.Equal((200, 1), ((int)answer["status"]!, (int)answer["payload"]!["echo"]!["a"]!));
        Assert.Equal("Reboot", (string?)(await node.EventAsync("called"))["name"]);
    }
}
