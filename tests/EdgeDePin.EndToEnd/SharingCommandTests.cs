using System.Text.Json;

namespace EdgeDePin.EndToEnd;

/// <summary>The commands about who belongs to a site, what nodes owe each other, and how the protocol fares among many.</summary>
public sealed class SharingCommandTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly string _folder = Directory.CreateTempSubdirectory("edgedepin-sharing-").FullName;

    private string Site => Path.Combine(_folder, "street");

    private string Node => Path.Combine(_folder, "node");

    [Fact]
    public async Task A_site_is_founded_admits_shows_and_revokes()
    {
        Directory.CreateDirectory(Node);
        await CliCall.DoneAsync("site", "create", "--folder", Site, "--name", "street-7");
        await CliCall.RefusedAsync(3, "holds site 'street-7' already", "site", "create", "--folder", Site, "--name", "street-8");
        string admitted = await CliCall.DoneAsync("site", "admit", "--folder", Site, "--node", Node, "--owner", "anna", "--region", "eu/fr");
        string id = admitted[..26];
        Assert.True(File.Exists(Path.Combine(Node, "site", "certificate")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Site, "identity")));
        Assert.Equal(("anna", "member"), await MemberAsync());
        await CliCall.DoneAsync("site", "revoke", "--folder", Site, "--node", id, "--reason", "stolen");
        Assert.Equal(("anna", "revoked"), await MemberAsync());
        await CliCall.RefusedAsync(1, "is revoked", "site", "admit", "--folder", Site, "--node", Node, "--owner", "anna");
        await CliCall.RefusedAsync(2, "neither a folder nor a public key", "site", "admit", "--folder", Site, "--node", "nobody", "--owner", "anna");
    }

    [Fact]
    public async Task What_a_demo_booked_holds_for_each_node_and_between_them()
    {
        await using BuiltProgram demo = BuiltProgram.Cli("demo", "--nodes", "3", "--duration", "25s", "--headless", "--json", "--data", _folder);
        Assert.Equal(0, await demo.ExitCodeAsync(Patience));
        var nodes = new List<(string Folder, JsonElement Ledger)>();
        foreach (int number in new[] { 1, 2, 3 })
        {
            string folder = Path.Combine(_folder, $"node-{number}");
            string shown = await CliCall.DoneAsync("ledger", "verify", "--data", folder, "--site", "demo", "--json");
            nodes.Add((folder, JsonDocument.Parse(shown).RootElement));
        }

        Assert.Contains(nodes, node => node.Ledger.GetProperty("signatures").GetInt64() > 0);
        string second = nodes[1].Ledger.GetProperty("node").GetString()!;
        string log = Path.Combine(nodes[1].Folder, "ledger", "receipts");
        await CliCall.DoneAsync("ledger", "audit", second, "--log", log, "--site", "demo", "--against", nodes[0].Folder);
        await CliCall.DoneAsync("ledger", "show", "--data", nodes[0].Folder, "--site", "demo");
        await CliCall.RefusedAsync(3, "receipts", "ledger", "verify", "--data", Path.Combine(_folder, "site"), "--site", "demo");
    }

    [Fact]
    public async Task A_simulated_neighbourhood_keeps_its_promises_and_repeats_itself()
    {
        string[] command =
        [
            "simulate", "neighbourhood", "--nodes", "8", "--seeds", "4", "--hours", "0.1", "--json",
            "--faults", "loss=0.1,dup=0.05,partition=3,crash=6,skew=1h,liars=0.1,adversary=sometimes",
        ];
        using JsonDocument first = JsonDocument.Parse(await CliCall.DoneAsync(command)), second = JsonDocument.Parse(await CliCall.DoneAsync(command));
        Assert.Equal(0, first.RootElement.GetProperty("violations").GetInt32());
        Assert.Equal(0, first.RootElement.GetProperty("balanceSum").GetInt64());
        Assert.Equal(first.RootElement.GetProperty("jobs").GetInt64(), first.RootElement.GetProperty("answered").GetInt64());
        Assert.Equal(first.RootElement.GetProperty("executionsPerJob").GetDouble(), second.RootElement.GetProperty("executionsPerJob").GetDouble());
        await CliCall.RefusedAsync(2, "'gremlins=1' is none", "simulate", "neighbourhood", "--faults", "gremlins=1");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<(string?, string?)> MemberAsync()
    {
        using JsonDocument shown = JsonDocument.Parse(await CliCall.DoneAsync("site", "show", "--folder", Site, "--json"));
        JsonElement member = shown.RootElement.GetProperty("members")[0];
        return (member.GetProperty("owner").GetString(), member.GetProperty("state").GetString());
    }
}
