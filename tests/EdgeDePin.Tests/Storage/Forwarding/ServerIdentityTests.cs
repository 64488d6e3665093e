using EdgeDePin.Storage;
using EdgeDePin.Storage.Forwarding;

namespace EdgeDePin.Tests.Storage.Forwarding;

/// <summary>Who is there, and how it is addressed. Answers to <c>/ping</c> as the servers' sources give them.</summary>
public sealed class ServerIdentityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StrangeServer _server = new();

    public static TheoryData<string, ServerKind, bool> Versions => new()
    {
        { "1.6.7~rc0", ServerKind.InfluxDb1, false },
        { "1.6.7-edgedepin", ServerKind.InfluxDb1, false },   // a node of ours
        { "1.8.10", ServerKind.InfluxDb1, true },
        { "1.12.2", ServerKind.InfluxDb1, true },
        { "v2.7.1", ServerKind.InfluxDb2, true },
        { "3.1.0", ServerKind.InfluxDb3, true },
        { "", ServerKind.Unknown, false },
        { "dev", ServerKind.Unknown, false },
    };

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_version_tells_the_kind(string version, ServerKind kind, bool version2)
    {
        ServerIdentity server = ServerIdentity.Of(version);
        Assert.Equal((kind, version2), (server.Kind, server.TakesVersion2Writes));
    }

    [Fact]
    public async Task InfluxDb_3_names_itself_in_the_body()
    {
        _server.OnPing = _ => "{\"product_name\":\"InfluxDB 3 Core\",\"version\":\"3.1.0\",\"revision\":\"a\",\"process_id\":\"b\"}";
        Assert.Equal(new ServerIdentity(ServerKind.InfluxDb3, "3.1.0"), await ProbeAsync());
    }

    [Fact]
    public async Task Who_says_nothing_is_asked_as_InfluxDb_1_is()
    {
        _server.OnPing = _ => "";
        Assert.Equal(ServerKind.Unknown, (await ProbeAsync())!.Kind);
        Assert.Equal("/write?db=replica", _server.Paths[0]);
    }

    [Fact]
    public async Task A_bucket_goes_to_version_2_of_the_api_with_its_token()
    {
        _server.OnPing = response =>
        {
            response.AddHeader("X-Influxdb-Version", "v2.7.1");
            return "";
        };
        await ProbeAsync(options => (options.Bucket, options.Organization, options.Token) = ("my bucket", "home", "secret"));
        Assert.Equal("/api/v2/write?bucket=my%20bucket&org=home&precision=ns", _server.Paths[0]);
        Assert.Equal("Token secret", _server.Authorization);
    }

    [Fact]
    public async Task A_user_of_InfluxDb_1_is_named_by_Basic_authentication()
    {
        await ProbeAsync(options => (options.User, options.Password) = ("ünal", "p:w"));
        Assert.Equal("Basic w7xuYWw6cDp3", _server.Authorization);
    }

    private async Task<ServerIdentity?> ProbeAsync(Action<ForwarderOptions>? with = null)
    {
        using Store store = Stores.Open(_folder);
        store.Append([Forwarders.At(1)]);
        using Forwarder forwarder = Forwarders.Create(store, _server.Url, with);
        Assert.True(await forwarder.DrainAsync(Forwarders.Patience, TestContext.Current.CancellationToken), forwarder.Status.ToString());
        return forwarder.Status.Server;
    }
}
