namespace EdgeDePin.Sharing.Identity;

/// <summary>
/// How signatures are made and checked. Nodes use <see cref="Ed25519"/>; a simulation of many thousand nodes may take something
/// cheaper that still tells a forgery.
/// </summary>
public abstract class SignatureScheme
{
    /// <summary>RFC 8032, the one that travels.</summary>
    public static SignatureScheme Ed25519 { get; } = new Ed25519Scheme();

    /// <summary>Whether signing takes the signer's private key.</summary>
    public virtual bool NeedsKeys => true;

    /// <returns>64 bytes.</returns>
    public abstract byte[] Sign(NodeIdentity signer, ReadOnlySpan<byte> data);

    /// <summary>False for a wrong signature and for bytes that are no key or no signature at all.</summary>
    public abstract bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);

    private sealed class Ed25519Scheme : SignatureScheme
    {
        public override byte[] Sign(NodeIdentity signer, ReadOnlySpan<byte> data) => signer.SignEd25519(data);

        public override bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
            NodeIdentity.Verify(publicKey, data, signature);
    }
}
