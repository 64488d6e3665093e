using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using EdgeDePin.EdgeHub;
using EdgeDePin.Tests.Storage;
using EdgeHubSimulator;
using Microsoft.Extensions.Time.Testing;

namespace EdgeDePin.Tests.EdgeHub;

/// <summary>Module client and hub over TLS with signed tokens.</summary>
public sealed class SecureHubTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Limit)]
    public async Task A_reading_goes_from_module_to_module_over_TLS()
    {
        await using Site site = await SecureAsync();
        (_, var messages) = await site.TelemetryAsync();
        await (await site.SensorAsync()).SendEventAsync("readings", Site.Text("21.5"), Site.Token);
        Assert.Equal("21.5", Site.Text(await messages.ReadAsync(Site.Token)));
    }

    [Fact(Timeout = Limit)]
    public async Task A_module_that_signs_by_the_workload_API_needs_neither_key_nor_file()
    {
        await using Site site = await SecureAsync(options => options.WorkloadSocket = _folder.Sub("workload.sock"));
        ModuleClient sensor = site.Module("sensor", options =>
        {
            (options.SharedAccessKey, options.TrustBundleFile) = ("", "");
            options.WorkloadUri = "unix://" + _folder.Sub("workload.sock");
            options.GenerationId = site.Hub.Keys!.GenerationId;
        });
        await sensor.ConnectAsync(Site.Token);
        await sensor.SendEventAsync("readings", Site.Text("a"), Site.Token);
        Assert.Equal(1, site.Hub.State.Waiting);
    }

    [Fact(Timeout = Limit)]
    public async Task A_module_that_has_its_own_socket_gets_no_signature_and_no_certificate_of_another()
    {
        string folder = _folder.Sub("workload");
        await using Site site = await SecureAsync(options =>
        {
            options.WorkloadFolder = folder;
            options.Modules.UnionWith(["sensor", "telemetry"]);
        });
        string own = "unix://" + Path.Combine(folder, "sensor.sock"), generation = site.Hub.Keys!.GenerationId;
        ModuleClient sensor = site.Module("sensor", options =>
            (options.SharedAccessKey, options.TrustBundleFile, options.WorkloadUri, options.GenerationId) = ("", "", own, generation));
        await sensor.ConnectAsync(Site.Token);

        using WorkloadClient asSensor = new(own, "sensor", generation, TimeSpan.FromSeconds(30)), asAnother = new(own, "telemetry", generation, TimeSpan.FromSeconds(30));
        DateTimeOffset until = TimeProvider.System.GetUtcNow().AddDays(1);
        Assert.Contains("BEGIN CERTIFICATE", (await asSensor.ServerCertificateAsync("sensor", until, Site.Token)).Certificate, StringComparison.Ordinal);
        foreach (Func<Task> foreign in (Func<Task>[])
        [
            () => asAnother.SignAsync("data"u8.ToArray(), Site.Token),
            () => asAnother.ServerCertificateAsync("telemetry", until, Site.Token),
            () => asSensor.ServerCertificateAsync("localhost", until, Site.Token),
        ])
        {
            Assert.Contains("refused POST /modules/", (await Assert.ThrowsAsync<IOException>(foreign)).Message, StringComparison.Ordinal);
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData("key", "refused client id 'edge/sensor' with NotAuthorized: check the module's key")]
    [InlineData("root", "is not of a root in")]
    [InlineData("name", "is not for '127.0.0.2'")]
    [InlineData("generation", "generation 'another' is not known")]
    [InlineData("socket", "Is the IoT Edge daemon or the local hub running?")]
    [InlineData("file", "Could not find file")]
    public async Task What_is_wrong_is_told_and_what_is_sent_waits_until_it_is_right(string wrong, string complaint)
    {
        string workload = _folder.Sub("workload.sock");
        await using Site site = await SecureAsync(options =>
        {
            options.WorkloadSocket = workload;
            options.Address = System.Net.IPAddress.Any;
        });
        string foreign = _folder.Sub("foreign.pem");
        using (var stranger = new EdgeHubSimulator.Security.SiteCa(_folder.Sub("stranger"), new(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance))
        {
            await File.WriteAllTextAsync(foreign, stranger.TrustBundle(), Site.Token);
        }

        ModuleClient sensor = site.Module("sensor", options =>
        {
            switch (wrong)
            {
                case "key": options.SharedAccessKey = "c2VjcmV0LWtleQ=="; break;
                case "root": options.TrustBundleFile = foreign; break;
                case "name": options.Host = "127.0.0.2"; break;
                case "file": options.TrustBundleFile = _folder.Sub("later.pem"); break;
                default:
                    options.SharedAccessKey = "";
                    options.WorkloadUri = wrong == "socket" ? "unix:///nowhere/workload.sock" : "unix://" + workload;
                    options.GenerationId = "another";
                    break;
            }
        });
        Task connecting = sensor.ConnectAsync(Site.Token);
        Task sent = sensor.SendEventAsync("readings", Site.Text("kept"), Site.Token);
        await Site.UntilAsync(() => sensor.State.LastError is not null);
        Assert.Contains(complaint, sensor.State.LastError, StringComparison.Ordinal);
        Assert.Equal((HubLink.Connecting, 1), (sensor.State.Link, sensor.State.Waiting));
        if (wrong == "file")
        {
            File.Copy(site.Hub.Ca!.TrustBundleFile, _folder.Sub("later.pem"));
            await Task.WhenAll(connecting, sent);
            Assert.Equal(1, site.Hub.State.Waiting);
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData(3653)]
    [InlineData(-3653)]
    public async Task A_clock_that_is_ten_years_off_is_told_and_comes_right_when_it_is_set(int days)
    {
        var counting = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using Site site = await SecureAsync(time: counting);
        var wrong = new SteppableTime(counting);
        wrong.Set(TimeSpan.FromDays(days));
        ModuleClient sensor = site.Module("sensor", time: wrong);
        Task connecting = sensor.ConnectAsync(Site.Token);
        await PumpUntilAsync(counting, () => sensor.State.LastError is not null);
        Assert.Contains("is the clock right", sensor.State.LastError, StringComparison.Ordinal);
        wrong.Set(TimeSpan.FromDays(-days));
        await PumpUntilAsync(counting, () => connecting.IsCompleted);
        await sensor.SendEventAsync("readings", Site.Text("a"), Site.Token);
    }

    // A hub that was carried on with a certificate that has ended: its clock stood still, ours did not.
    [Fact(Timeout = Limit)]
    public async Task A_certificate_that_has_ended_is_told_with_its_days_and_what_is_sent_waits_for_the_new_one()
    {
        var past = new FakeTimeProvider(TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(40));
        DateTimeOffset issued = past.GetUtcNow();
        await using Site site = await SecureAsync(time: past);
        ModuleClient sensor = site.Module("sensor", time: TimeProvider.System);
        Task sent = SendAsync();
        await PumpUntilAsync(past, () => sensor.State.LastError is not null);
        Assert.Contains("is the certificate renewed?", sensor.State.LastError, StringComparison.Ordinal);
        Assert.Contains($"to {issued + TimeSpan.FromDays(30):yyyy-MM-dd}", sensor.State.LastError, StringComparison.Ordinal);
        Assert.False(sent.IsCompleted);
        past.Advance(TimeSpan.FromDays(40));
        await PumpUntilAsync(past, () => sent.IsCompleted);
        await sent;
        Assert.Equal(1, site.Hub.State.Waiting);

        async Task SendAsync()
        {
            await sensor.ConnectAsync(Site.Token);
            await sensor.SendEventAsync("readings", Site.Text("kept"), Site.Token);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_token_is_renewed_before_it_ends_and_nothing_is_lost_or_doubled()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using Site site = await SecureAsync(time: time);
        (ModuleClient telemetry, var messages) = await site.TelemetryAsync();
        ModuleClient sensor = await site.SensorAsync();
        for (int i = 0; i < 5; i++)
        {
            long before = sensor.State.Reconnects, beforeThat = telemetry.State.Reconnects;
            time.Advance(TimeSpan.FromMinutes(52));
            await PumpUntilAsync(time, () => sensor.State.Reconnects > before && sensor.State.Link == HubLink.Connected
                && telemetry.State.Reconnects > beforeThat && telemetry.State.Link == HubLink.Connected);
            await sensor.SendEventAsync("readings", Site.Text($"{i}"), Site.Token);
            // What is still out when the clock leaps is late by the clock, and would rightly come again.
            await Site.UntilAsync(() => site.Hub.State.Waiting == 0);
        }

        Assert.Equal(["0", "1", "2", "3", "4"], await TakeAsync(messages, 5));
        Assert.Equal(0, site.Hub.State.Refused);
    }

    [Fact(Timeout = Limit)]
    public async Task A_clock_that_is_set_brings_a_new_token()
    {
        var counting = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var time = new SteppableTime(counting);
        await using Site site = await SecureAsync(time: time);
        ModuleClient sensor = await site.SensorAsync();
        time.Set(TimeSpan.FromHours(3));
        await PumpUntilAsync(counting, () => sensor.State.Reconnects > 0 && sensor.State.Link == HubLink.Connected);
        await sensor.SendEventAsync("readings", Site.Text("a"), Site.Token);
    }

    [Fact(Timeout = Limit)]
    public async Task A_connection_whose_token_has_ended_is_closed_by_the_hub()
    {
        var hubTime = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using Site site = await SecureAsync(time: hubTime);
        var moduleTime = new FakeTimeProvider(hubTime.GetUtcNow());
        ModuleClient sensor = site.Module("sensor", time: moduleTime);
        await sensor.ConnectAsync(Site.Token);
        hubTime.Advance(TimeSpan.FromMinutes(64));
        await Task.Delay(50, Site.Token);
        Assert.True(site.Hub.State.Modules.Single(module => module.ModuleId == "sensor").Connected);
        hubTime.Advance(TimeSpan.FromMinutes(2));
        await Site.UntilAsync(() => site.Hub.State.Modules.All(module => !module.Connected));
    }

    // Longer than edgeHub's own limit of 24.8 days, and than the life of any certificate here: three roots, a dozen servers.
    [Fact(Timeout = Limit)]
    public async Task Ninety_days_without_a_cloud_change_every_certificate_and_lose_nothing()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using Site site = await SecureAsync(options =>
        {
            options.Certificates.RootLifetime = TimeSpan.FromDays(40);
            options.Certificates.ServerLifetime = TimeSpan.FromDays(10);
            // Both are looked at by the clock: 95 days of seconds would be eight million looks.
            (options.AckTimeout, options.SyncEvery) = (TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(30));
        }, time);
        (_, var messages) = await site.TelemetryAsync();
        ModuleClient sensor = await site.SensorAsync();
        string firstRoot = site.Hub.Ca!.TrustBundle();
        for (int day = 1; day <= 95; day++)
        {
            long before = sensor.State.Reconnects;
            time.Advance(TimeSpan.FromDays(1));
            await PumpUntilAsync(time, () => sensor.State.Reconnects > before && sensor.State.Link == HubLink.Connected);
            Task sent = sensor.SendEventAsync("readings", Site.Text($"{day}"), Site.Token);
            await PumpUntilAsync(time, () => sent.IsCompleted);
        }

        Task<string[]> all = TakeAsync(messages, 95);
        await PumpUntilAsync(time, () => all.IsCompleted);
        Assert.Equal(Enumerable.Range(1, 95).Select(day => $"{day}"), (await all).Distinct());
        Assert.True(site.Hub.Ca.Issued >= 12, $"{site.Hub.Ca.Issued} certificates in 95 days");
        Assert.DoesNotContain(firstRoot.Trim(), site.Hub.Ca.TrustBundle(), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_new_start_knows_keys_twins_and_messages()
    {
        string key, root;
        await using (Site site = await SecureAsync())
        {
            await (await site.SensorAsync()).SendEventAsync("readings", Site.Text("kept"), Site.Token);
            site.Hub.PatchDesired("sensor", new JsonObject { ["period"] = 5 });
            (key, root) = (site.Hub.Keys!.GenerationId, site.Hub.Ca!.TrustBundle());
        }

        await using Site again = await SecureAsync();
        Assert.Equal((key, root, 1L), (again.Hub.Keys!.GenerationId, again.Hub.Ca!.TrustBundle(), again.Hub.State.Waiting));
        Assert.Equal(5, (int)again.Hub.ReadTwin("sensor")["desired"]!["period"]!);
        (_, var messages) = await again.TelemetryAsync();
        Assert.Equal("kept", Site.Text(await messages.ReadAsync(Site.Token)));
    }

    [Fact(Timeout = Limit)]
    public void Keys_are_for_their_owner_only()
    {
        using var hub = new EdgeHubSimulator.Security.SiteCa(_folder.Sub("ca"), new(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        _ = hub.Server();
        _ = new EdgeHubSimulator.Security.ModuleKeys(_folder.Sub("site.key"));
        string[] files = Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories);
        Assert.Equal(4, files.Length);
        foreach (string file in files)
        {
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }
    }

    internal static async Task PumpUntilAsync(FakeTimeProvider time, Func<bool> condition)
    {
        while (!condition())
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(5, Site.Token);
        }
    }

    private Task<Site> SecureAsync(Action<LocalHubOptions>? configure = null, TimeProvider? time = null)
    {
        var options = new LocalHubOptions { Secure = true, Folder = _folder.Sub("hub") };
        configure?.Invoke(options);
        return Site.StartAsync(options, time);
    }

    // A message may come twice where its acknowledgement was cut off: delivery is at least once.
    private static async Task<string[]> TakeAsync(ChannelReader<HubMessage> messages, int different)
    {
        var taken = new List<string>();
        while (taken.Distinct(StringComparer.Ordinal).Count() < different)
        {
            taken.Add(Encoding.UTF8.GetString((await messages.ReadAsync(Site.Token)).Body.Span));
        }

        return [.. taken];
    }
}
