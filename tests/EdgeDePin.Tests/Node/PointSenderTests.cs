using System.Collections.Concurrent;
using EdgeDePin.EdgeHub;
using EdgeDePin.Node;
using EdgeDePin.Storage;
using EdgeDePin.Tests.EdgeHub;
using EdgeHubSimulator;
using EdgeHubSimulator.Routing;

namespace EdgeDePin.Tests.Node;

/// <summary>More points than a message of the hub holds travel as several, each of whole lines.</summary>
public sealed class PointSenderTests
{
    [Fact(Timeout = 20_000)]
    public async Task Points_beyond_256_KiB_are_split_between_lines_and_all_arrive()
    {
        var options = new LocalHubOptions();
        options.Routes["points"] = new RouteEntry("FROM /messages/modules/compute/outputs/points INTO BrokeredEndpoint(\"/modules/telemetry/inputs/points\")");
        await using Site site = await Site.StartAsync(options);
        var bodies = new ConcurrentQueue<string>();
        ModuleClient telemetry = site.Module("telemetry"), compute = site.Module("compute");
        await telemetry.SetInputMessageHandlerAsync("points", (message, _) =>
        {
            bodies.Enqueue(Site.Text(message));
            return Task.FromResult(MessageResponse.Completed);
        }, Site.Token);
        await telemetry.ConnectAsync(Site.Token);
        await compute.ConnectAsync(Site.Token);

        // Lines of 15 to 9,000 bytes; 1.4 MB of them.
        Point[] points = [.. Enumerable.Range(0, 400).Select(i => new Point(
            "m", [new Tag("t", new string('x', 1 + (i * 677 % 9_000)))], [new Field("v", FieldValue.Integer(i))], i))];
        await new PointSender(compute).SendAsync(points, Site.Token);
        await Site.UntilAsync(() => bodies.Sum(body => body.Count(letter => letter == '\n')) >= points.Length);

        Assert.InRange(bodies.Count, 6, 12);
        Assert.All(bodies, body => Assert.InRange(body.Length, 1, HubMessage.MaxBodyBytes));
        Assert.All(bodies, body => Assert.EndsWith("\n", body, StringComparison.Ordinal));
        Assert.Equal(points.Select(point => point.Instant), bodies.SelectMany(body => body.Trim().Split('\n'))
            .Select(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture)).Distinct());
    }
}
