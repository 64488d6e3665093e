using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.Versioning;
using EdgeDePin.Model;
using EdgeDePin.Node;
using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Mqtt;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Tests.Sharing;

/// <summary>Nodes that meet at the broker of deployment/brokers: Mosquitto with TLS, a certificate for each node, and rights.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class BrokerFabricTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("brokers").FullName;
    private readonly List<ShippedBroker> _brokers = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Over_tls_with_certificates_and_rights_a_job_comes_to_its_result()
    {
        using SiteCertificates site = await StartMosquittoAsync();
        SharingLoop anna = Start(1, Secure(site, Some.Id(1))), ben = Start(2, Secure(site, Some.Id(2)));
        await See(anna, ben);
        var accepted = Assert.IsType<BorrowOutcome.Accepted>(await anna.RunAsync(What(7), Token));
        Assert.Equal(Some.Function(BitConverter.GetBytes(7)), accepted.Output.ToArray());
        await Eventually.Holds(() => ben.Counters is { Lent: 1, Balance: > 0 } && anna.Counters.Balance == -ben.Counters.Balance, "it is paid");
    }

    [Fact]
    public async Task Whoever_shows_no_certificate_of_the_site_is_not_let_in_and_hears_why()
    {
        using SiteCertificates site = await StartMosquittoAsync();
        MqttLinkOptions without = Secure(site, Some.Id(1));
        (without.CertificateFile, without.KeyFile) = (null, null);
        using var strangers = new SiteCertificates(_folder, "strangers");
        MqttLinkOptions foreign = Secure(strangers, Some.Id(3));
        foreign.CaFile = site.Authority;
        MqttLinkOptions wary = Secure(site, Some.Id(4));
        wary.CaFile = strangers.Authority;
        MqttLinkOptions plain = new() { Host = "127.0.0.1", Port = _brokers[0].Port };
        foreach (MqttLinkOptions options in new[] { without, foreign, wary, plain })
        {
            MqttNeighbourLink link = Join(options, Some.Id(1), _ => { });
            await Eventually.Holds(() => link.Trouble is not null, "it hears why not");
            Assert.Equal(0, link.Counters.Connects);
        }

        MqttNeighbourLink member = Join(Secure(site, Some.Id(1)), Some.Id(1), _ => { });
        await Eventually.Holds(() => member.Counters.Connects == 1, "a member is let in");
        Assert.Null(member.Trouble);
    }

    [Fact]
    public async Task A_certificate_speaks_and_listens_for_its_own_node_alone()
    {
        using SiteCertificates site = await StartMosquittoAsync();
        NodeId anna = Some.Id(1), ben = Some.Id(2), mallory = Some.Id(3);
        ConcurrentQueue<LinkEvent> heard = new(), inbox = new(), overheard = new();
        MqttNeighbourLink listener = Join(Secure(site, anna), anna, heard.Enqueue);
        MqttNeighbourLink right = Join(Secure(site, ben), ben, inbox.Enqueue);
        MqttNeighbourLink forger = Join(Secure(site, mallory), ben, overheard.Enqueue);
        await Eventually.Holds(() => listener.Counters.Connects == 1 && right.Counters.Connects == 1 && forger.Counters.Connects == 1, "all are connected");
        forger.Offer(new byte[] { 66 });
        await Eventually.Holds(() => forger.Counters.Sent == 1, "the broker has the false offer");
        right.Offer(new byte[] { 7 });
        await Eventually.Holds(() => heard.OfType<LinkEvent.Offered>().Any(), "the right offer is heard");
        listener.Send(ben, new byte[] { 1, 2, 3 });
        await Eventually.Holds(() => inbox.OfType<LinkEvent.Delivered>().Any(), "the letter is there");
        listener.Offer(new byte[] { 8 });
        await Eventually.Holds(() => overheard.OfType<LinkEvent.Offered>().Any(offer => offer.Node == anna), "the forger hears what all may hear, later than the letter");
        Assert.Equal([7], heard.OfType<LinkEvent.Offered>().Select(offer => offer.Envelope.Span[0]));
        Assert.Empty(overheard.OfType<LinkEvent.Delivered>());
    }

    [Theory]
    [InlineData("street-7.lan", "street-7.lan:1883")]
    [InlineData("10.0.0.7:8883", "10.0.0.7:8883")]
    [InlineData("[::1]:1884", "[::1]:1884")]
    public void A_broker_is_a_host_and_a_port(string text, string address) => Assert.Equal(address, BrokerAddress.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData(":1883")]
    [InlineData("host:")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("::1")]
    [InlineData("mqtt://host:1883")]
    public void What_is_no_broker_is_said_with_its_text(string text) =>
        Assert.Contains($"'{text}'", Assert.Throws<FormatException>(() => BrokerAddress.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Wrong_files_are_named_with_the_remedy()
    {
        using var site = new SiteCertificates(_folder);
        (string certificate, string key) = site.Issue("node");
        (string _, string other) = site.Issue("other");
        var options = new BrokerOptions { Host = "127.0.0.1", Tls = true, CaFile = site.Authority, CertificateFile = certificate, KeyFile = key };
        Assert.Equal(key, options.Link()!.KeyFile);
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Says($"chmod 600 {key}");
        options.KeyFile = other;
        Says(certificate);
        options.KeyFile = Path.Combine(_folder, "nowhere.key");
        Says(options.KeyFile);
        options.KeyFile = null;
        Says("go together");
        (options.CertificateFile, options.CaFile) = (null, key);
        Says("no certificate in it");
        (options.CaFile, options.Tls) = (site.Authority, false);
        Says("without Tls");
        options.CaFile = null;
        options.Others.Add("b:c");
        Says("'b:c'");

        void Says(string part) => Assert.Contains(part, Assert.Throws<FormatException>(options.Link).Message, StringComparison.Ordinal);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running).WaitAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
        foreach (ShippedBroker broker in _brokers)
        {
            await broker.DisposeAsync();
        }

        _stop.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static Assignment What(int number) => Assignment.Of(Some.Kind, BitConverter.GetBytes(number), TimeSpan.FromSeconds(1), new SharingOptions());

    private static Task See(SharingLoop requester, SharingLoop worker) => Eventually.Holds(
        () => requester.Neighbours.Any(view => view.Id == worker.Id && view.FreeSlots > 0) && worker.Neighbours.Any(view => view.Id == requester.Id && view.State == NeighbourState.Present),
        "they see each other");

    private async Task<SiteCertificates> StartMosquittoAsync()
    {
        string certificates = Directory.CreateDirectory(Path.Combine(_folder, "certificates")).FullName;
        var site = new SiteCertificates(certificates, "site");
        site.Issue("broker");
        int port = FreePort.Find();
        File.Copy(ShippedBroker.File("edgedepin.acl"), Path.Combine(_folder, "edgedepin.acl"));
        string shipped = await File.ReadAllTextAsync(ShippedBroker.File("mosquitto.conf"), Token);
        Assert.Contains("listener 8883\n", shipped, StringComparison.Ordinal);

        // As root it would change to a user of its own, who may not read this folder.
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "mosquitto.conf"), shipped.Replace("listener 8883\n", string.Create(CultureInfo.InvariantCulture, $"listener {port} 127.0.0.1\n"), StringComparison.Ordinal) + "user root\n", Token);
        _brokers.Add(new ShippedBroker("mosquitto", _folder, ["-c", "mosquitto.conf"], port));
        await _brokers[0].StartAsync();
        return site;
    }

    private MqttLinkOptions Secure(SiteCertificates site, NodeId node)
    {
        (string certificate, string key) = site.Issue(node.Value);
        return new MqttLinkOptions { Host = "127.0.0.1", Port = _brokers[0].Port, Tls = true, CaFile = site.Authority, CertificateFile = certificate, KeyFile = key };
    }

    private MqttNeighbourLink Join(MqttLinkOptions options, NodeId node, Action<LinkEvent> heard)
    {
        var link = new MqttNeighbourLink(options, Some.Site, node, TimeProvider.System, new Random(1), NullLogger.Instance);
        _running.Add(link.RunAsync(
            said =>
            {
                heard(said);
                return true;
            },
            _stop.Token));
        return link;
    }

    private SharingLoop Start(int number, MqttLinkOptions broker)
    {
        NodeIdentity identity = Some.Identity(number);
        var options = new SharingOptions { Site = Some.Site, Name = $"node {number}" };
        var link = new MqttNeighbourLink(broker, Some.Site, identity.NodeId, TimeProvider.System, new Random(number), NullLogger.Instance);
        var loop = new SharingLoop(
            options, identity, link, [Some.Kind],
            async (guest, stop) =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), stop);
                return new GuestOutcome.Done(Some.Function(guest.Input), TimeSpan.FromMilliseconds(50), 1_000_000);
            },
            (_, input, _) => Task.FromResult(new OwnResult(Digest.Of(Some.Function(input)), 1_000_000)), () => 2, TimeProvider.System, new Random(number), NullLogger.Instance, lanes: 4);
        _running.Add(loop.RunAsync(_stop.Token));
        return loop;
    }
}
