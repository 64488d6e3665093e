using System.Security.Cryptography.X509Certificates;
using EdgeDePin.EdgeHub;
using EdgeDePin.Tests.Storage;
using EdgeHubSimulator;
using EdgeHubSimulator.Security;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EdgeDePin.Tests.EdgeHub;

/// <summary>A clock that is wrong must not cost a site its trust.</summary>
public sealed class SiteRootsTests : IDisposable
{
    private const int Limit = 60_000;

    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _counting = new(Start);

    public void Dispose() => _folder.Dispose();

    [Theory(Timeout = Limit)]
    [InlineData(3653)]
    [InlineData(-3653)]
    public async Task A_hub_whose_clock_is_ten_years_off_goes_on_and_comes_back_with_its_old_root(int days)
    {
        var time = new SteppableTime(_counting);
        await using Site site = await Site.StartAsync(new LocalHubOptions { Secure = true, Folder = _folder.Sub("hub") }, time);
        string before = _folder.Sub("before.pem"), root = site.Hub.Ca!.TrustBundle();
        await File.WriteAllTextAsync(before, root, Site.Token);
        ModuleClient sensor = await site.SensorAsync();
        await SendAsync(sensor, "right");

        await SetAsync(time, sensor, days);
        Task sent = SendAsync(sensor, "wrong");
        await SecureHubTests.PumpUntilAsync(_counting, () => sent.IsCompleted);
        Assert.Contains(root, site.Hub.Ca.TrustBundle(), StringComparison.Ordinal);

        await SetAsync(time, sensor, -days);
        sent = SendAsync(sensor, "right again");
        await SecureHubTests.PumpUntilAsync(_counting, () => sent.IsCompleted);
        Assert.StartsWith(root, site.Hub.Ca.TrustBundle(), StringComparison.Ordinal);
        Assert.Equal(3, site.Hub.State.Waiting);

        // One that was away all the time, and knows nothing but the old root.
        ModuleClient away = site.Module("away", options => options.TrustBundleFile = before);
        Task connected = away.ConnectAsync(Site.Token);
        await SecureHubTests.PumpUntilAsync(_counting, () => connected.IsCompleted);
        await connected;
    }

    [Theory]
    [InlineData(3653)]
    [InlineData(-3653)]
    [InlineData(2900)] // within the root's life, in its last third: the root is renewed, and the one before is still the one for the right time
    public void A_start_with_a_wrong_clock_keeps_the_root_on_the_disk_for_the_next_start(int days)
    {
        (string first, _) = Use(Start);
        (string wrong, List<string> log) = Use(Start.AddDays(days));
        Assert.Contains(first, wrong, StringComparison.Ordinal);
        Assert.False(wrong.StartsWith(first, StringComparison.Ordinal));
        Assert.Equal(days != 2900, log.Exists(line => line.Contains("is the clock right?", StringComparison.Ordinal)));
        (string again, _) = Use(Start.AddDays(1));
        Assert.StartsWith(first, again, StringComparison.Ordinal);
    }

    [Fact]
    public void Clocks_that_leap_about_make_no_more_than_four_roots_and_keep_the_sites_own()
    {
        (string own, _) = Use(Start);
        foreach (int years in (int[])[10, 20, 30, -10, -20, 40, 50, -30])
        {
            (string bundle, _) = Use(Start.AddYears(years));
            Assert.Contains(own, bundle, StringComparison.Ordinal);
            Assert.InRange(Certificates(bundle).Count, 2, 4);
        }

        Assert.StartsWith(own, Use(Start).Bundle, StringComparison.Ordinal);
        Assert.True(Directory.GetFiles(_folder.Sub("ca"), "root*.pem").Length <= 4);
    }

    [Fact]
    public void A_root_that_has_ended_is_given_up_only_when_the_clock_has_gone_on_by_itself_for_thirty_days()
    {
        (string first, _) = Use(Start);
        var time = new FakeTimeProvider(Start.AddYears(12));
        using var ca = new SiteCa(_folder.Sub("ca"), new SiteCaOptions(), time, NullLogger.Instance);
        for (int day = 0; day < 30; day++, time.Advance(TimeSpan.FromDays(1)))
        {
            Assert.Contains(first, ca.TrustBundle(), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(first, ca.TrustBundle(), StringComparison.Ordinal);
        Assert.Single(Certificates(ca.TrustBundle()));
        Assert.Single(Directory.GetFiles(_folder.Sub("ca"), "root*.pem"));
    }

    [Fact]
    public void A_clock_that_is_set_meanwhile_begins_its_thirty_days_anew()
    {
        (string first, _) = Use(Start);
        var counting = new FakeTimeProvider(Start.AddYears(12));
        var time = new SteppableTime(counting);
        using var ca = new SiteCa(_folder.Sub("ca"), new SiteCaOptions(), time, NullLogger.Instance);
        for (int day = 0; day < 50; day++, counting.Advance(TimeSpan.FromDays(1)))
        {
            Assert.Contains(first, ca.TrustBundle(), StringComparison.Ordinal);
            if (day == 25)
            {
                time.Set(TimeSpan.FromDays(2));
            }
        }
    }

    private static async Task SendAsync(ModuleClient sensor, string text) => await sensor.SendEventAsync("readings", Site.Text(text), Site.Token);

    private async Task SetAsync(SteppableTime time, ModuleClient sensor, int days)
    {
        long before = sensor.State.Reconnects;
        time.Set(TimeSpan.FromDays(days));
        await SecureHubTests.PumpUntilAsync(_counting, () => sensor.State.Reconnects > before && sensor.State.Link == HubLink.Connected);
    }

    // One start of the authority, as a process has it.
    private (string Bundle, List<string> Log) Use(DateTimeOffset now)
    {
        var log = new List<string>();
        using var ca = new SiteCa(_folder.Sub("ca"), new SiteCaOptions(), new FakeTimeProvider(now), new Lines(log));
        using X509Certificate2 server = ca.ServerFor("localhost");
        Assert.True(server.NotBefore.ToUniversalTime() < now.UtcDateTime && server.NotAfter.ToUniversalTime() > now.UtcDateTime);
        return (ca.TrustBundle(), log);
    }

    private static X509Certificate2Collection Certificates(string bundle)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPem(bundle);
        return all;
    }

    private sealed class Lines(List<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Add(formatter(state, exception));
    }
}
