using System.Globalization;
using System.Net;

namespace EdgeDePin.EndToEnd.Network;

/// <summary>
/// Hosts that share nothing but a switch: network namespaces of the kernel, each joined by a cable of its own to a bridge that stands in
/// another one. The machine's own network is not touched.
/// </summary>
internal sealed class PrivateNetwork : IAsyncDisposable
{
    private readonly string _prefix = string.Create(CultureInfo.InvariantCulture, $"edt{Environment.ProcessId}");
    private readonly List<string> _hosts = [];

    private string Switch => $"{_prefix}-switch";

    /// <summary>Skips the test where namespaces cannot be made; in CI that is a failure.</summary>
    public static void Require()
    {
        ToolCall.Require("ip", "iproute2");
        ToolCall.Require("nft", "nftables");
        bool may = Environment.IsPrivilegedProcess;
        if (!may && Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail("Only the superuser can make network namespaces and CI requires them: run it as root.");
        }

        Assert.SkipUnless(may, "Only the superuser can make network namespaces.");
    }

    public async Task StartAsync()
    {
        await ToolCall.RunAsync("ip", "netns", "add", Switch);
        await ToolCall.RunAsync("ip", "-n", Switch, "link", "add", "bridge", "type", "bridge");
        await ToolCall.RunAsync("ip", "-n", Switch, "link", "set", "bridge", "up");
    }

    /// <summary>The namespace of a host, for <c>ip netns exec</c>.</summary>
    public string Namespace(string host) => $"{_prefix}-{host}";

    /// <summary>Adds a host of which so many of a hundred packets that come in are lost, at 100 Mbit/s.</summary>
    /// <returns>Its address.</returns>
    public async Task<IPAddress> AddHostAsync(string host, int lossPercent)
    {
        _hosts.Add(host);
        string name = Namespace(host);
        var address = new IPAddress([10, 77, 0, (byte)_hosts.Count]);
        await ToolCall.RunAsync("ip", "netns", "add", name);
        await ToolCall.RunAsync("ip", "link", "add", host, "netns", Switch, "type", "veth", "peer", "name", "eth0", "netns", name);
        await ToolCall.RunAsync("ip", "-n", Switch, "link", "set", host, "master", "bridge", "up");
        await ToolCall.RunAsync("ip", "netns", "exec", Switch, "tc", "qdisc", "add", "dev", host, "root", "tbf", "rate", "100mbit", "burst", "128kb", "latency", "200ms");
        await ToolCall.RunAsync("ip", "-n", name, "link", "set", "lo", "up");
        await ToolCall.RunAsync("ip", "-n", name, "addr", "add", $"{address}/24", "dev", "eth0");
        await ToolCall.RunAsync("ip", "-n", name, "link", "set", "eth0", "up");
        string loss = lossPercent.ToString(CultureInfo.InvariantCulture);
        await ToolCall.RunAsync("ip", "netns", "exec", name, "nft",
            $"table ip line {{\nchain arriving {{\ntype filter hook input priority 0;\niifname \"eth0\" numgen random mod 100 < {loss} counter drop\n}}\n}}");
        return address;
    }

    /// <summary>Pulls the cable of a host, or plugs it in again.</summary>
    public Task PlugAsync(string host, bool isIn) => ToolCall.RunAsync("ip", "-n", Switch, "link", "set", host, isIn ? "up" : "down");

    /// <summary>Packets that a host has lost on arrival.</summary>
    public async Task<long> LostAsync(string host)
    {
        string rules = await ToolCall.RunAsync("ip", "netns", "exec", Namespace(host), "nft", "list", "chain", "ip", "line", "arriving");
        string[] words = rules.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return long.Parse(words[Array.IndexOf(words, "packets") + 1], CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (string name in _hosts.Select(Namespace).Append(Switch))
        {
            await ToolCall.TryAsync("ip", ["netns", "del", name]);
        }
    }
}
