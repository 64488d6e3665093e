using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Simulation.Network;

namespace EdgeDePin.Tests.Sharing;

public sealed class NodeIdentityTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("identity").FullName;
    private readonly VirtualTime _time = new(seed: 1);

    private string Seed => Path.Combine(_folder, "identity");

    // RFC 8032 section 7.1, test 3.
    [Fact]
    public void It_signs_as_RFC_8032_says()
    {
        using NodeIdentity identity = NodeIdentity.FromSeed(
            Convert.FromHexString("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"));
        Assert.Equal("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", Convert.ToHexStringLower(identity.PublicKey));
        Assert.Equal(
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
            Convert.ToHexStringLower(identity.Sign([0xaf, 0x82])));
        Assert.Equal(NodeId.Of(identity.PublicKey), identity.NodeId);
    }

    [Fact]
    public void It_is_the_same_after_a_restart_and_only_its_owner_can_read_it()
    {
        using NodeIdentity first = NodeIdentity.LoadOrCreate(_folder, _time);
        using NodeIdentity second = NodeIdentity.LoadOrCreate(_folder, _time);
        Assert.Equal(first.NodeId, second.NodeId);
        Assert.Equal(["identity", "incarnation"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order());
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Seed));
        }
    }

    // A board without a battery wakes up in 1970; its neighbours would take lower numbers for replays.
    [Fact]
    public void Sequence_numbers_never_go_back_even_if_the_clock_does()
    {
        using NodeIdentity first = NodeIdentity.LoadOrCreate(_folder, _time);
        _time.WallOffset = -TimeSpan.FromDays(365 * 50);
        using NodeIdentity second = NodeIdentity.LoadOrCreate(_folder, _time);
        File.WriteAllText(Path.Combine(_folder, "incarnation"), "damaged");
        _time.WallOffset = TimeSpan.FromMinutes(1);
        using NodeIdentity third = NodeIdentity.LoadOrCreate(_folder, _time);
        Assert.True(first.FirstSequence < second.FirstSequence && second.FirstSequence < third.FirstSequence);
    }

    [Fact]
    public void A_key_that_others_can_read_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        NodeIdentity.LoadOrCreate(_folder, _time).Dispose();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Seed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        }

        string message = Assert.Throws<UnauthorizedAccessException>(() => NodeIdentity.LoadOrCreate(_folder, _time)).Message;
        Assert.Contains($"chmod 600 {Seed}", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_at_any_byte_is_noticed()
    {
        NodeIdentity.LoadOrCreate(_folder, _time).Dispose();
        byte[] intact = File.ReadAllBytes(Seed);
        for (int at = 0; at < intact.Length - 1; at++)
        {
            byte[] damaged = [.. intact];
            damaged[at] ^= 2;
            File.WriteAllBytes(Seed, damaged);
            Assert.Contains("is damaged", Assert.Throws<InvalidDataException>(() => NodeIdentity.LoadOrCreate(_folder, _time)).Message,
                StringComparison.Ordinal);
            File.WriteAllBytes(Seed, intact[..at]);
            Assert.Throws<InvalidDataException>(() => NodeIdentity.LoadOrCreate(_folder, _time));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
