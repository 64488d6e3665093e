using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using EdgeDePin.EdgeHub;
using EdgeHubSimulator;
using EdgeHubSimulator.Routing;

namespace EdgeDePin.Tests.EdgeHub;

public sealed class ModuleClientTests
{
    private const int Limit = 10_000;

    [Fact(Timeout = Limit)]
    public async Task A_message_travels_from_an_output_to_the_input_that_its_route_names()
    {
        await using Site site = await Site.StartAsync();
        (_, var messages) = await site.TelemetryAsync();
        ModuleClient sensor = await site.SensorAsync();
        await sensor.SendEventAsync("readings", new HubMessage("[]"u8.ToArray())
        {
            MessageId = "m 1",
            ContentType = "application/senml+json",
            ContentEncoding = "utf-8",
            Properties = new Dictionary<string, string> { ["alert level"] = "hi&lo=/x" },
        }, Site.Token);

        HubMessage message = await messages.ReadAsync(Site.Token);
        Assert.Equal("[]", Site.Text(message));
        Assert.Equal(("m 1", "application/senml+json", "utf-8"), (message.MessageId, message.ContentType, message.ContentEncoding));
        Assert.Equal(("edge", "sensor"), (message.ConnectionDeviceId, message.ConnectionModuleId));
        Assert.Equal([KeyValuePair.Create("alert level", "hi&lo=/x")], message.Properties);
        Assert.Equal((HubLink.Connected, 1L, 0L), (sensor.State.Link, sensor.State.Sent, sensor.State.Reconnects));
        await Site.UntilAsync(() => site.Hub.State is { Received: 1, Delivered: 1, Waiting: 0, Refused: 0 });
    }

    [Fact(Timeout = Limit)]
    public async Task A_message_is_acknowledged_after_its_handler_is_done()
    {
        await using Site site = await Site.StartAsync();
        var mayFinish = new TaskCompletionSource();
        ModuleClient telemetry = site.Module("telemetry");
        await telemetry.SetInputMessageHandlerAsync("readings", async (_, token) =>
        {
            await mayFinish.Task.WaitAsync(token);
            return MessageResponse.Completed;
        }, Site.Token);
        await telemetry.ConnectAsync(Site.Token);
        await (await site.SensorAsync()).SendEventAsync("readings", Site.Text("a"), Site.Token);

        await Site.UntilAsync(() => telemetry.State.Received == 1);
        Assert.Equal((0L, 1L), (site.Hub.State.Delivered, site.Hub.State.Waiting));
        mayFinish.SetResult();
        await Site.UntilAsync(() => site.Hub.State is { Delivered: 1, Waiting: 0 });
        Assert.Equal(1, telemetry.State.Completed);
    }

    // As a store does that commits several messages together: none is acknowledged before three are there.
    [Fact(Timeout = Limit)]
    public async Task Several_handlers_may_wait_for_each_other()
    {
        await using Site site = await Site.StartAsync();
        using var three = new CountdownEvent(3);
        var committed = new TaskCompletionSource();
        ModuleClient telemetry = site.Module("telemetry", options => options.MaxHandled = 3);
        await telemetry.SetInputMessageHandlerAsync("readings", async (_, token) =>
        {
            if (three.Signal())
            {
                committed.SetResult();
            }

            await committed.Task.WaitAsync(token);
            return MessageResponse.Completed;
        }, Site.Token);
        await telemetry.ConnectAsync(Site.Token);
        ModuleClient sensor = await site.SensorAsync();
        await Task.WhenAll("abc".Select(letter => sensor.SendEventAsync("readings", Site.Text($"{letter}"), Site.Token)));
        await Site.UntilAsync(() => site.Hub.State is { Delivered: 3, Waiting: 0 });
    }

    // MQTT has no way to take a message back: the acknowledgement of a cancelled send arrives all the same and must not do harm.
    [Fact(Timeout = Limit)]
    public async Task A_cancelled_send_leaves_the_client_in_order()
    {
        await using Site site = await Site.StartAsync();
        ModuleClient sensor = await site.SensorAsync();
        for (int round = 0; round < 50; round++)
        {
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Site.Token);
            Task cancelled = sensor.SendEventAsync("readings", Site.Text("cancelled"), cancel.Token);
            await cancel.CancelAsync();
            await cancelled.ContinueWith(_ => { }, Site.Token, TaskContinuationOptions.None, TaskScheduler.Default);
            await sensor.SendEventAsync("readings", Site.Text("sent"), Site.Token);
        }

        Assert.InRange(site.Hub.State.Received, 50, 100);
        Assert.Equal((0L, 0), (sensor.State.Reconnects, sensor.State.Waiting));
    }

    [Fact(Timeout = Limit)]
    public async Task What_a_handler_throws_at_or_abandons_comes_again()
    {
        await using Site site = await Site.StartAsync(new LocalHubOptions { AckTimeout = TimeSpan.FromMilliseconds(50) });
        ModuleClient telemetry = site.Module("telemetry");
        int attempts = 0;
        await telemetry.SetInputMessageHandlerAsync("readings", (_, _) => Interlocked.Increment(ref attempts) switch
        {
            1 => throw new InvalidOperationException("the store is full"),
            2 => Task.FromResult(MessageResponse.Abandoned),
            _ => Task.FromResult(MessageResponse.Completed),
        }, Site.Token);
        await telemetry.ConnectAsync(Site.Token);
        await (await site.SensorAsync()).SendEventAsync("readings", Site.Text("a"), Site.Token);

        await Site.UntilAsync(() => site.Hub.State is { Delivered: 1, Waiting: 0 });
        Assert.Equal((2L, 1L, "input 'readings': the store is full"), (telemetry.State.Abandoned, telemetry.State.Completed, telemetry.State.LastError));
        Assert.Equal(2, site.Hub.State.Redelivered);
    }

    [Fact(Timeout = Limit)]
    public async Task What_comes_while_its_receiver_is_away_is_delivered_in_order_when_it_is_back()
    {
        await using Site site = await Site.StartAsync();
        (ModuleClient telemetry, _) = await site.TelemetryAsync();
        await telemetry.DisposeAsync();
        ModuleClient sensor = await site.SensorAsync();
        string[] sent = [.. Enumerable.Range(0, 100).Select(number => $"{number}")];
        foreach (string text in sent)
        {
            await sensor.SendEventAsync("readings", Site.Text(text), Site.Token);
        }

        Assert.Equal(100, site.Hub.State.Waiting);
        (_, var messages) = await site.TelemetryAsync();
        foreach (string text in sent)
        {
            Assert.Equal(text, Site.Text(await messages.ReadAsync(Site.Token)));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_full_input_drops_its_oldest_and_says_how_many()
    {
        await using Site site = await Site.StartAsync(new LocalHubOptions { MaxWaitingMessages = 3 });
        ModuleClient sensor = await site.SensorAsync();
        for (int number = 0; number < 10; number++)
        {
            await sensor.SendEventAsync("readings", Site.Text($"{number}"), Site.Token);
        }

        Assert.Equal((7L, 3L), (site.Hub.State.Dropped, site.Hub.State.Waiting));
        (_, var messages) = await site.TelemetryAsync();
        Assert.Equal("7", Site.Text(await messages.ReadAsync(Site.Token)));
    }

    [Fact(Timeout = Limit)]
    public async Task Clients_come_back_to_a_restarted_hub_by_themselves_and_nothing_is_lost()
    {
        await using Site site = await Site.StartAsync(new LocalHubOptions { Port = FreePort() });
        (ModuleClient telemetry, var messages) = await site.TelemetryAsync();
        ModuleClient sensor = await site.SensorAsync();
        await sensor.SendEventAsync("readings", Site.Text("before"), Site.Token);
        await site.Hub.StopAsync();
        Task during = sensor.SendEventAsync("readings", Site.Text("during"), Site.Token);
        await Site.UntilAsync(() => sensor.State.Link == HubLink.Connecting && telemetry.State.Link == HubLink.Connecting);
        Assert.False(during.IsCompleted);
        Assert.NotNull(sensor.State.LastError);
        await site.Hub.StartAsync(Site.Token);
        await during;
        await sensor.SendEventAsync("readings", Site.Text("after"), Site.Token);

        var seen = new HashSet<string>();
        while (!seen.IsSupersetOf(["before", "during", "after"]))
        {
            seen.Add(Site.Text(await messages.ReadAsync(Site.Token)));
        }

        Assert.Equal((1L, 1L), (sensor.State.Reconnects, telemetry.State.Reconnects));
    }

    // Handlers that fail every third time, a hub that restarts in between, sends from four places at once.
    [Fact(Timeout = 20_000)]
    public async Task Whatever_was_sent_is_handled_at_least_once_though_handlers_fail_and_the_hub_restarts()
    {
        await using Site site = await Site.StartAsync(
            new LocalHubOptions { Port = FreePort(), AckTimeout = TimeSpan.FromMilliseconds(100) });
        var handled = new ConcurrentDictionary<string, int>();
        ModuleClient telemetry = site.Module("telemetry");
        int calls = 0;
        await telemetry.SetInputMessageHandlerAsync("readings", (message, _) =>
        {
            if (Interlocked.Increment(ref calls) % 3 == 0)
            {
                return Task.FromResult(MessageResponse.Abandoned);
            }

            handled.AddOrUpdate(Site.Text(message), 1, (_, times) => times + 1);
            return Task.FromResult(MessageResponse.Completed);
        }, Site.Token);
        await telemetry.ConnectAsync(Site.Token);
        ModuleClient sensor = await site.SensorAsync();
        string[] texts = [.. Enumerable.Range(0, 400).Select(number => $"{number}")];
        Task sending = Parallel.ForEachAsync(texts, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Site.Token },
            async (text, token) => await sensor.SendEventAsync("readings", Site.Text(text), token));
        await Site.UntilAsync(() => handled.Count > 50);
        await site.Hub.StopAsync();
        await site.Hub.StartAsync(Site.Token);
        await sending;
        await Site.UntilAsync(() => handled.Count == texts.Length && site.Hub.State.Waiting == 0);
        Assert.Equal(0, site.Hub.State.Dropped);
    }

    // A module that forwards what it gets: its handler waits for the hub while the connection is lost under it.
    [Fact(Timeout = Limit)]
    public async Task A_handler_may_send_while_the_hub_is_away()
    {
        await using Site site = await Site.StartAsync(new LocalHubOptions
        {
            Port = FreePort(),
            Routes = { ["out"] = new RouteEntry("FROM /messages/modules/telemetry/outputs/means INTO $upstream") },
        });
        var entered = new TaskCompletionSource();
        ModuleClient telemetry = site.Module("telemetry");
        await telemetry.SetInputMessageHandlerAsync("readings", async (message, token) =>
        {
            entered.TrySetResult();
            await Site.UntilAsync(() => telemetry.State.Link == HubLink.Connecting || telemetry.State.Reconnects > 0);
            await telemetry.SendEventAsync("means", message, token);
            return MessageResponse.Completed;
        }, Site.Token);
        await telemetry.ConnectAsync(Site.Token);
        await (await site.SensorAsync()).SendEventAsync("readings", Site.Text("a"), Site.Token);
        await entered.Task.WaitAsync(Site.Token);
        await site.Hub.StopAsync();
        await site.Hub.StartAsync(Site.Token);

        // The first delivery's acknowledgement had lost its connection, so the message came again: at least once.
        await Site.UntilAsync(() => site.Hub.State is { Delivered: 1, Waiting: 0, Upstream: >= 1 });
    }

    [Fact(Timeout = Limit)]
    public async Task An_input_without_a_handler_keeps_its_message_until_there_is_one()
    {
        await using Site site = await Site.StartAsync(new LocalHubOptions { AckTimeout = TimeSpan.FromMilliseconds(50) });
        ModuleClient telemetry = site.Module("telemetry");
        await telemetry.ConnectAsync(Site.Token);
        await telemetry.SetInputMessageHandlerAsync("other", (_, _) => Task.FromResult(MessageResponse.Completed), Site.Token);
        await (await site.SensorAsync()).SendEventAsync("readings", Site.Text("a"), Site.Token);
        await Site.UntilAsync(() => telemetry.State.Abandoned > 0);
        Assert.Contains("input 'readings' has no handler; known are other", telemetry.State.LastError, StringComparison.Ordinal);

        await telemetry.SetInputMessageHandlerAsync("readings", (_, _) => Task.FromResult(MessageResponse.Completed), Site.Token);
        await Site.UntilAsync(() => site.Hub.State is { Delivered: 1, Waiting: 0 });
    }

    [Fact(Timeout = Limit)]
    public async Task A_message_whose_handler_is_withdrawn_waits_for_the_next_one_and_is_acknowledged_once()
    {
        await using Site site = await Site.StartAsync();
        ModuleClient telemetry = site.Module("telemetry");
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool hasEnded = false;
        await telemetry.SetInputMessageHandlerAsync("readings", async (_, token) =>
        {
            taken.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            finally
            {
                Volatile.Write(ref hasEnded, true);
            }

            return MessageResponse.Completed;
        }, Site.Token);
        await telemetry.ConnectAsync(Site.Token);
        ModuleClient sensor = await site.SensorAsync();
        await sensor.SendEventAsync("readings", Site.Text("a"), Site.Token);
        await taken.Task;

        await telemetry.WithdrawInputMessageHandlerAsync("readings");
        Assert.True(Volatile.Read(ref hasEnded));
        await sensor.SendEventAsync("readings", Site.Text("b"), Site.Token);
        var texts = Channel.CreateBounded<string>(10);
        await telemetry.SetInputMessageHandlerAsync("readings", async (message, token) =>
        {
            await texts.Writer.WriteAsync(Encoding.UTF8.GetString(message.Body.Span), token);
            return MessageResponse.Completed;
        }, Site.Token);
        string[] both = [await texts.Reader.ReadAsync(Site.Token), await texts.Reader.ReadAsync(Site.Token)];
        Assert.Equal(["a", "b"], both.Order());
        await Site.UntilAsync(() => site.Hub.State is { Delivered: 2, Waiting: 0 });
        Assert.Equal((0L, 2L, 0L), (telemetry.State.Abandoned, telemetry.State.Completed, site.Hub.State.Redelivered));
    }

    [Fact(Timeout = Limit)]
    public async Task A_client_that_is_disposed_lets_a_message_go_that_waits_for_a_handler()
    {
        await using Site site = await Site.StartAsync();
        ModuleClient telemetry = site.Module("telemetry");
        await telemetry.SetInputMessageHandlerAsync("readings", (_, _) => Task.FromResult(MessageResponse.Completed), Site.Token);
        await telemetry.ConnectAsync(Site.Token);
        await telemetry.WithdrawInputMessageHandlerAsync("readings");
        await (await site.SensorAsync()).SendEventAsync("readings", Site.Text("a"), Site.Token);
        await Site.UntilAsync(() => telemetry.State.Received == 1);
        await telemetry.DisposeAsync();
        Assert.Equal((0L, 1L), (telemetry.State.Completed, site.Hub.State.Waiting));
    }

    [Fact]
    public void A_body_of_257_KiB_is_refused_before_it_is_sent()
    {
        Assert.Equal(HubMessage.MaxBodyBytes, new HubMessage(new byte[256 * 1024]).Body.Length);
        var error = Assert.Throws<ArgumentException>(() => new HubMessage(new byte[257 * 1024]));
        Assert.StartsWith("The message body has 263168 bytes and edgeHub takes 262144 (256 KiB)", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task The_largest_body_arrives_whole()
    {
        await using Site site = await Site.StartAsync();
        (_, var messages) = await site.TelemetryAsync();
        byte[] body = new byte[HubMessage.MaxBodyBytes];
        new Random(1).NextBytes(body);
        await (await site.SensorAsync()).SendEventAsync("readings", new HubMessage(body), Site.Token);
        Assert.Equal(body, (await messages.ReadAsync(Site.Token)).Body.ToArray());
    }

    [Fact(Timeout = Limit)]
    public async Task Sends_that_wait_for_an_absent_hub_are_bounded()
    {
        await using Site site = await Site.StartAsync();
        ModuleClient sensor = site.Module("sensor", options => options.MaxWaiting = 2);
        await Assert.ThrowsAsync<InvalidOperationException>(() => sensor.SendEventAsync("readings", Site.Text("early"), Site.Token));
        await sensor.ConnectAsync(Site.Token);
        await site.Hub.StopAsync();
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Site.Token);
        Task[] waiting = [.. "ab".Select(letter => sensor.SendEventAsync("readings", Site.Text($"{letter}"), giveUp.Token))];
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => sensor.SendEventAsync("readings", Site.Text("c"), Site.Token));
        Assert.Contains("2 messages already wait for edgeHub", error.Message, StringComparison.Ordinal);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(waiting));
        Assert.Equal(0, sensor.State.Waiting);
    }

    [Fact(Timeout = Limit)]
    public async Task A_client_that_is_disposed_lets_its_waiting_sends_go()
    {
        await using Site site = await Site.StartAsync();
        ModuleClient sensor = await site.SensorAsync();
        await site.Hub.StopAsync();
        Task waiting = sensor.SendEventAsync("readings", Site.Text("a"), Site.Token);
        await sensor.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(HubLink.Closed, sensor.State.Link);
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
