using System.Text;
using EdgeDePin.EdgeHub;

namespace EdgeDePin.Tests.EdgeHub;

public sealed class SasTokenTests
{
    private const string Key = "c2VjcmV0LWtleQ==";

    private static readonly ModuleIdentity Module = new("dev1", "mod1");
    private static readonly string Resource = SasToken.ResourceOf("hub1.azure-devices.net", Module);

    // The bytes that azure-iot-device 1.18.4 was seen to hand to the workload API for signing.
    [Fact]
    public void What_is_signed_is_what_the_official_client_signs() =>
        Assert.Equal(
            "aHViMS5henVyZS1kZXZpY2VzLm5ldCUyRmRldmljZXMlMkZkZXYxJTJGbW9kdWxlcyUyRm1vZDEKMTc5NTQxMTYyOA==",
            Convert.ToBase64String(SasToken.ToSign(Resource, 1_795_411_628)));

    [Theory]
    [InlineData(1_795_411_628, "EomMRG8ZfojmdqbnfNpeq1yLFyoGSScxNcJ+WudhfCo=", "EomMRG8ZfojmdqbnfNpeq1yLFyoGSScxNcJ%2BWudhfCo%3D")]
    [InlineData(1_800_000_000, "DikALAU43L9Wj5nk42AXuJ/I6YCx8DHmwELsr0UfxlQ=", "DikALAU43L9Wj5nk42AXuJ%2FI6YCx8DHmwELsr0UfxlQ%3D")]
    public void A_token_has_the_known_signature_and_form(long expiry, string digest, string signature)
    {
        Assert.Equal(digest, SharedKey.Parse(Key).Sign(SasToken.ToSign(Resource, expiry)));
        Assert.Equal(
            $"SharedAccessSignature sr=hub1.azure-devices.net%2Fdevices%2Fdev1%2Fmodules%2Fmod1&sig={signature}&se={expiry}",
            new SasToken(Resource, expiry, digest).ToString());
    }

    [Fact]
    public void A_token_is_read_in_any_order_and_its_signature_holds_for_its_key_only()
    {
        const string Text = "SharedAccessSignature se=1795411628&skn=&sig=EomMRG8ZfojmdqbnfNpeq1yLFyoGSScxNcJ%2BWudhfCo%3D"
            + "&sr=hub1.azure-devices.net%2Fdevices%2Fdev1%2Fmodules%2Fmod1";
        Assert.True(SasToken.TryParse(Text, out SasToken token));
        Assert.True(SharedKey.Parse(Key).Signed(token));
        Assert.False(new SharedKey(Encoding.UTF8.GetBytes("another")).Signed(token));
        Assert.False(SharedKey.Parse(Key).Signed(token with { ExpirySeconds = 1_795_411_629 }));
        Assert.True(token.IsFor(Module, "gw", "HUB1.azure-devices.net"));
        Assert.False(token.IsFor(Module, "gw"));
        Assert.False(token.IsFor(new ModuleIdentity("dev1", "mod2"), "hub1.azure-devices.net"));
    }

    // The official C# client encodes device and module twice; edgeHub takes both.
    [Fact]
    public void A_resource_encoded_twice_is_the_same_module()
    {
        var module = new ModuleIdentity("dev 1".Replace(' ', '@'), "mod1");
        string twice = Uri.EscapeDataString($"hub/devices/{Uri.EscapeDataString(module.DeviceId)}/modules/mod1");
        Assert.True(new SasToken(twice, 0, "").IsFor(module, "hub"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("SharedAccessSignature ")]
    [InlineData("SharedAccessSignature sr=a&sig=b")]
    [InlineData("SharedAccessSignature sr=a&sig=b&se=soon")]
    [InlineData("SharedAccessSignature sr=a&sig=b&se=999999999999999")]
    [InlineData("SharedAccessSignature sr=a&sr=a&sig=b&se=1")]
    [InlineData("Basic sr=a&sig=b&se=1")]
    public void Anything_else_is_no_token(string? text) => Assert.False(SasToken.TryParse(text, out _));

    [Theory]
    [InlineData("HostName=h;DeviceId=d;ModuleId=m;SharedAccessKey=c2VjcmV0LWtleQ==;GatewayHostName=gw:18883", "gw", 18883)]
    [InlineData("HostName=h;DeviceId=d;ModuleId=m;SharedAccessKey=c2VjcmV0LWtleQ==;GatewayHostName=gw", "gw", 8883)]
    [InlineData("HostName=h;DeviceId=d;ModuleId=m;SharedAccessKey=c2VjcmV0LWtleQ==", "h", 8883)]
    public void A_connection_string_names_gateway_module_and_key(string text, string host, int port)
    {
        ModuleOptions options = ModuleOptions.FromConnectionString(text, "ca.pem");
        Assert.Equal((host, port, "h", "d", "m", Key), (options.Host, options.Port, options.IotHubHostName, options.DeviceId, options.ModuleId, options.SharedAccessKey));
        Assert.True(options.IsSecure);
    }

    [Theory]
    [InlineData("HostName=h;DeviceId=d;ModuleId=m", "SharedAccessKey is missing")]
    [InlineData("HostName=h;DeviceId=d;SharedAccessKey=c2VjcmV0", "ModuleId is missing")]
    [InlineData("HostName=h;HostName=i", "'HostName' is unknown or stands twice")]
    [InlineData("nonsense", "'nonsense' is unknown")]
    public void A_connection_string_that_is_wrong_is_told_without_its_key(string text, string complaint)
    {
        var error = Assert.Throws<FormatException>(() => ModuleOptions.FromConnectionString(text, "ca.pem"));
        Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", error.Message, StringComparison.Ordinal);
    }
}
